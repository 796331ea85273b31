package dev.latchkey.client;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.MalformedException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** The file in which a device remembers an account. Safe for use by several threads and processes. */
final class MemoryFile {

    private final OwnersFile file;
    private final MemoryFormat format;

    MemoryFile(Path folder, ServerAddress server, AccountName account) {
        this.format = new MemoryFormat(server, account);
        this.file = new OwnersFile(folder, format.fileName());
    }

    /** What to write, seeing what is there; nothing means that it stays. */
    @FunctionalInterface
    interface Update {
        Optional<Remembered> of(Optional<Remembered> there) throws KeyClientException;
    }

    /**
     * What the file says, or nothing if there is none.
     *
     * @throws KeyClientException {@code MEMORY_UNUSABLE} if it can't be read or is damaged
     */
    Optional<Remembered> read() throws KeyClientException {
        try {
            return Optional.of(format.decode(file.read(MemoryFormat.MAX_BYTES + 1)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (MalformedException e) {
            throw unreadable("is damaged, or belongs to something else", e);
        } catch (IOException e) {
            throw unreadable("can't be read", e);
        }
    }

    /** Replaces what the file says, with nobody else in between. */
    void update(Update update) throws KeyClientException {
        whileLocked(() -> {
            Optional<Remembered> next = update.of(read());
            if (next.isPresent()) {
                file.replace(format.encode(next.get()));
            }
        });
    }

    /** Replaces what the file says, whatever that is. */
    void overwrite(Remembered remembered) throws KeyClientException {
        whileLocked(() -> file.replace(format.encode(remembered)));
    }

    /** Deletes the file, if there is one. */
    void forget() throws KeyClientException {
        whileLocked(file::delete);
    }

    private void whileLocked(OwnersFile.Work work) throws KeyClientException {
        try {
            file.whileLocked(work);
        } catch (IOException e) {
            throw new KeyClientException(
                    Reason.MEMORY_UNWRITABLE,
                    "What this device remembers of the account can't be written to " + file
                            + ". What the server acknowledged is kept there. Make room, or give this user the folder.",
                    e);
        }
    }

    private KeyClientException unreadable(String what, Exception cause) {
        return new KeyClientException(
                Reason.MEMORY_UNUSABLE,
                "The file " + file + ", in which this device remembers the account, " + what
                        + ". So it can't be told whether the server shows the newest state; nothing was sent to it. Bring "
                        + "the file back, or accept the server as it is now.",
                cause);
    }
}
