package dev.latchkey.client;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.protocol.UserId;
import java.util.Optional;

/** What a login starts from: the memory of the account, or none; and what is to be done when the server is another. */
final class Recollection {

    private final MemoryFile file;
    private final Optional<Remembered> remembered;
    private final boolean acceptChange;
    private final boolean overwrite;
    private final ThisDevice device;

    private Recollection(
            MemoryFile file,
            Optional<Remembered> remembered,
            boolean acceptChange,
            boolean overwrite,
            ThisDevice device) {
        this.file = file;
        this.remembered = remembered;
        this.acceptChange = acceptChange;
        this.overwrite = overwrite;
        this.device = device;
    }

    /** Nothing is remembered, and nothing will be. */
    static Recollection none() {
        return new Recollection(null, Optional.empty(), false, false, ThisDevice.none());
    }

    /** Nothing is remembered that counts; what is found now is written over what there may be. */
    static Recollection anew(MemoryFile file) {
        return new Recollection(file, Optional.empty(), false, true, ThisDevice.none());
    }

    static Recollection of(MemoryFile file, Optional<Remembered> remembered, boolean acceptChange) {
        return new Recollection(file, remembered, acceptChange && remembered.isPresent(), false, ThisDevice.none());
    }

    /** The same, with what this device shows of itself. */
    Recollection on(ThisDevice here) {
        return new Recollection(file, remembered, acceptChange, overwrite, here);
    }

    /** What this device shows of itself. */
    ThisDevice device() {
        return device;
    }

    /** Whether the login may begin again with {@link #anew()} after it was refused for what is remembered. */
    boolean allowsAnother() {
        return acceptChange;
    }

    Recollection anew() {
        return anew(file).on(device);
    }

    /** The authority to demand before anything is sent; nothing if any will do. */
    Optional<byte[]> authority() {
        return acceptChange
                ? Optional.empty()
                : remembered.map(memory -> memory.server().authority());
    }

    /**
     * What counts of this when the server shows itself so.
     *
     * @throws KeyClientException {@code SERVER_CHANGED}
     */
    Recollection requireServer(ServerIdentity shown) throws KeyClientException {
        if (remembered.isEmpty() || remembered.get().server().equals(shown)) {
            return this;
        }
        if (acceptChange) {
            return anew();
        }
        throw new KeyClientException(
                Reason.SERVER_CHANGED,
                "The server has another key, or is vouched for by another authority, than this device remembers. Nothing "
                        + "was asked of it. Somebody may be posing as it; ask its operator, and accept the change only if "
                        + "they confirm it.");
    }

    /**
     * The log to go on from.
     *
     * @throws KeyClientException {@code ROLLED_BACK} if it was another account's
     */
    VerifiedLog log(UserId userId) throws KeyClientException {
        if (remembered.isEmpty()) {
            return VerifiedLog.fromTheStart(userId);
        }
        LogImage image = remembered.get().log();
        if (!image.userId().equals(userId)) {
            throw new KeyClientException(
                    Reason.ROLLED_BACK,
                    "The account of this name is not the one that this device has seen: that one was deleted, or the "
                            + "server shows another. Nothing was used or changed. Ask the server's operator, or accept "
                            + "the change if you made the account anew.");
        }
        return VerifiedLog.remembered(image);
    }

    /** What writes down how far {@code log}, as {@link #log} has just given it, is verified from now on. */
    SessionMemory memory(VerifiedLog log, ServerIdentity server) {
        if (file == null) {
            return SessionMemory.none();
        }
        History history = remembered.isPresent() ? History.EXTENDS_WHAT_WAS_SEEN : History.FIRST_SEEN;
        return new SessionMemory(file, server, log, history, overwrite);
    }
}
