package dev.latchkey.client;

import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.DeviceName;
import java.nio.file.Path;
import java.util.Optional;

/** What a device remembers of accounts at one server, if it remembers anything, and whether it goes by it. */
final class Memories {

    private final Path folder;
    private final ServerAddress server;
    private final boolean acceptChange;
    private final DeviceName deviceName;

    /**
     * States where memories lie.
     *
     * @param folder null if nothing is remembered
     * @param acceptChange whether the server is taken as it is now, and remembered so
     * @param deviceName what the owner calls this device
     */
    Memories(Path folder, ServerAddress server, boolean acceptChange, DeviceName deviceName) {
        this.folder = folder;
        this.server = server;
        this.acceptChange = acceptChange;
        this.deviceName = deviceName;
    }

    /** What is remembered of an account, to log in with. */
    Recollection of(AccountName account) throws KeyClientException {
        if (folder == null) {
            return Recollection.none();
        }
        MemoryFile file = new MemoryFile(folder, server, account);
        Optional<Remembered> remembered;
        try {
            remembered = file.read();
        } catch (KeyClientException e) {
            if (!acceptChange) {
                throw e;
            }
            return Recollection.anew(file).on(device(account));
        }
        return Recollection.of(file, remembered, acceptChange).on(device(account));
    }

    /** For an account that has just come to be: what was remembered under its name was of another one. */
    Recollection anew(AccountName account) {
        return folder == null
                ? Recollection.none()
                : Recollection.anew(new MemoryFile(folder, server, account)).on(device(account));
    }

    private ThisDevice device(AccountName account) {
        return ThisDevice.read(folder, server, account, deviceName);
    }
}
