package dev.latchkey.server;

import dev.latchkey.server.backup.BackupException;
import dev.latchkey.server.backup.Manifest;
import dev.latchkey.server.backup.Progress;
import dev.latchkey.server.store.StoreUnavailableException;
import java.nio.file.Path;
import java.util.Optional;

/** Backups of a server that does not run here: one that runs is asked at its admin socket. */
public final class ServerBackup {
    private ServerBackup() {}

    /** Opens the store, which must be there, takes a backup of it, and closes it. */
    public static Manifest take(ServerOptions options, Path file, Progress progress)
            throws ServerStartException, BackupException, StoreUnavailableException {
        try (ServerStorage storage = ServerStorage.openExisting(options)) {
            return storage.backups(options).write(file, progress);
        }
    }

    /** Tells one root key from another, in hexadecimal digits; every backup names the one that it takes. */
    public static String rootKeyFingerprint(ServerOptions options) throws ServerStartException {
        return ServerStorage.rootKeyFingerprint(options);
    }

    /**
     * Opens the whole backup under the server's root key, and checks every digest and the signature.
     *
     * @param signer by whom it must be signed, in hexadecimal digits
     */
    public static Manifest verify(ServerOptions options, Path file, Optional<String> signer)
            throws ServerStartException, BackupException {
        return ServerStorage.withBackup(file, options, (backup, store) -> backup.verify(signer));
    }

    /** Brings a backup back into a store that is empty or not there yet, whole or not at all. */
    public static Manifest restore(ServerOptions options, Path file) throws ServerStartException, BackupException {
        return ServerStorage.withBackup(file, options, (backup, store) -> backup.restore(store));
    }
}
