package dev.latchkey.server;

import dev.latchkey.server.ServerStartException.Reason;
import dev.latchkey.server.backup.BackupException;
import dev.latchkey.server.backup.BackupFile;
import dev.latchkey.server.backup.BackupWriter;
import dev.latchkey.server.backup.Manifest;
import dev.latchkey.server.seal.CurrentRootKey;
import dev.latchkey.server.seal.KeyWrapper;
import dev.latchkey.server.seal.RootKeyException;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOptions;
import dev.latchkey.server.store.jdbc.Stores;
import dev.latchkey.server.store.jdbc.Stores.Migrated;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The store together with the root key it is sealed under, which outlives it. */
final class ServerStorage implements AutoCloseable {
    private final KeyWrapper rootKey;
    private final Store store;

    private ServerStorage(KeyWrapper rootKey, Store store) {
        this.rootKey = rootKey;
        this.store = store;
    }

    /** Makes the store at the deployment's first start. */
    static ServerStorage open(ServerOptions options) throws ServerStartException {
        return open(options, Stores::open);
    }

    /** Makes none: for who works on a database beside its server. */
    static ServerStorage openExisting(ServerOptions options) throws ServerStartException {
        return open(options, Stores::openExisting);
    }

    private static ServerStorage open(ServerOptions options, StoreOpening opening) throws ServerStartException {
        KeyWrapper rootKey = loadRootKey(
                random -> CurrentRootKey.open(options.rootKey(), random, System::nanoTime), options.random());
        try {
            return new ServerStorage(rootKey, opening.open(storeOptions(options, rootKey)));
        } catch (StoreOpenException refused) {
            rootKey.close();
            throw refused(refused);
        }
    }

    /** Brings the tables to this version's form, and opens nothing. */
    static Migrated migrate(ServerOptions options) throws ServerStartException {
        try (KeyWrapper rootKey = loadRootKey(options)) {
            return Stores.migrate(storeOptions(options, rootKey));
        } catch (StoreOpenException refused) {
            throw refused(refused);
        }
    }

    /** Reads the root key, as a start would. */
    static void requireRootKey(ServerOptions options) throws ServerStartException {
        loadRootKey(options).close();
    }

    /**
     * Looks at the database as a start would, and changes nothing in it.
     *
     * @return the version of its tables, 0 where there are none yet
     */
    static int look(ServerOptions options) throws ServerStartException {
        try (KeyWrapper rootKey = loadRootKey(options)) {
            return Stores.look(storeOptions(options, rootKey));
        } catch (StoreOpenException refused) {
            throw refused(refused);
        }
    }

    static StoreOptions storeOptions(ServerOptions options, KeyWrapper rootKey) {
        return StoreOptions.of(options.storage(), rootKey, options.random())
                .ksf(options.ksf())
                .guessLimits(options.guessLimits())
                .clockOffset(options.clockOffset());
    }

    static ServerStartException refused(StoreOpenException refused) {
        Reason reason = switch (refused.reason()) {
            case ROOT_KEY_MISMATCH, NO_ROOT_KEY, USELESS_ROOT_KEY, NAMESAKE_ROOT_KEY -> Reason.ROOT_KEY;
            default -> Reason.STORAGE;
        };
        return new ServerStartException(reason, refused.getMessage(), refused);
    }

    static KeyWrapper loadRootKey(ServerOptions options) throws ServerStartException {
        return loadRootKey(options.rootKey()::open, options.random());
    }

    private static KeyWrapper loadRootKey(Opening opening, SecureRandom random) throws ServerStartException {
        try {
            return opening.open(random);
        } catch (RootKeyException refused) {
            Reason reason = switch (refused.reason()) {
                case OPEN_PERMISSIONS -> Reason.OPEN_PERMISSIONS;
                case MALFORMED, DAMAGED, PIN_REFUSED, NOT_HTTPS, NO_PERMISSIONS -> Reason.ROOT_KEY_REFUSED;
                case MISSING, UNREADABLE, UNAVAILABLE, NO_AUTHORITY, EXISTS, NOT_WRITABLE, NOT_SEEN, REPLACED ->
                    Reason.ROOT_KEY;
            };
            throw new ServerStartException(reason, refused.getMessage(), refused);
        }
    }

    BackupWriter backups(ServerOptions options) {
        return new BackupWriter(store, storeOptions(options, rootKey));
    }

    static String rootKeyFingerprint(ServerOptions options) throws ServerStartException {
        try (KeyWrapper rootKey = loadRootKey(options)) {
            return HexFormat.of().formatHex(rootKey.fingerprint());
        }
    }

    /** Does something with a backup that needs the root key, and not an open store. */
    static Manifest withBackup(Path file, ServerOptions options, WithBackup work)
            throws ServerStartException, BackupException {
        try (KeyWrapper rootKey = loadRootKey(options)) {
            return work.take(new BackupFile(file, rootKey), storeOptions(options, rootKey));
        }
    }

    /** How a root key is got at. */
    @FunctionalInterface
    private interface Opening {
        KeyWrapper open(SecureRandom random) throws RootKeyException;
    }

    /** How a store is opened. */
    @FunctionalInterface
    private interface StoreOpening {
        Store open(StoreOptions options) throws StoreOpenException;
    }

    /** What is done with a backup. */
    @FunctionalInterface
    interface WithBackup {
        Manifest take(BackupFile backup, StoreOptions store) throws BackupException;
    }

    Store store() {
        return store;
    }

    @Override
    public void close() {
        store.close();
        rootKey.close();
    }
}
