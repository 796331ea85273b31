package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.seal.DamagedValueException;
import dev.latchkey.server.seal.KeyWrapper;
import dev.latchkey.server.seal.RootKeyUnavailableException;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOpenException.Reason;
import dev.latchkey.server.store.StoreOptions;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Puts data keys, which stay what they are, under another root key. The fingerprint says which one is good. */
final class RootKeyChange {
    private final StoreOptions options;
    private final KeyWrapper to;

    /** @param options with the root key it is under now */
    RootKeyChange(StoreOptions options, KeyWrapper to) {
        this.options = options;
        this.to = to;
    }

    /**
     * Looks first, where no server vouches for the database.
     *
     * @return whether it is under the new root key already
     * @throws StoreOpenException if it is under neither, or not of this version
     */
    boolean isDone(Handle handle, List<String> tables, int newestSchema) throws StoreOpenException {
        if (tables.contains("deployment")) {
            Optional<byte[]> fingerprint = new DeploymentTable(handle).rootFingerprint();
            if (fingerprint.isPresent() && isUnderNew(handle, fingerprint.get())) {
                return true;
            }
        }
        new SchemaCheck(options, newestSchema).requireCurrent(handle, tables);
        return false;
    }

    /**
     * Wraps all keys anew, in the transaction that is open. Whoever wraps one meanwhile waits for its end, and then finds the
     * new fingerprint; whoever has wrapped one is waited for.
     *
     * @param alsoPassing the keys of what a restart ends, where it does not
     * @return false if they are under the new root key already
     * @throws StoreOpenException if the new root key does not open what it has wrapped, or is only named like the old one
     */
    boolean run(Handle handle, Dialect dialect, boolean alsoPassing) throws StoreOpenException {
        byte[] fingerprint = KeyWrapping.fingerprint(handle, dialect.lock());
        if (isUnderNew(handle, fingerprint)) {
            return false;
        }
        if (MessageDigest.isEqual(fingerprint, to.fingerprint())) {
            // Servers know a root key by its fingerprint: they would go on wrapping under the old one.
            throw refused(Reason.NAMESAKE_ROOT_KEY, null);
        }
        options.rootKey().require(fingerprint);
        rewrap(handle, "data_keys", DataKeySet::cell);
        if (alsoPassing) {
            rewrap(handle, "transient.transient_keys", TransientKeys::cell);
        }
        handle.createUpdate("UPDATE deployment SET root_fingerprint = :fingerprint")
                .bind("fingerprint", to.fingerprint())
                .execute();
        return true;
    }

    /**
     * All data keys open under it. The fingerprint alone does not tell, since a service names a key that was made anew as it
     * named the old one.
     */
    private boolean isUnderNew(Handle handle, byte[] fingerprint) {
        return MessageDigest.isEqual(fingerprint, to.fingerprint()) && opensAll(handle);
    }

    private boolean opensAll(Handle handle) {
        for (Map.Entry<Integer, byte[]> key : wrapped(handle, "data_keys").entrySet()) {
            try {
                to.unwrap(key.getValue(), DataKeySet.cell(key.getKey())).close();
            } catch (DamagedValueException e) {
                return false;
            }
        }
        return true;
    }

    private void rewrap(Handle handle, String table, IntFunction<Cell> cells) throws StoreOpenException {
        for (Map.Entry<Integer, byte[]> old : wrapped(handle, table).entrySet()) {
            Cell cell = cells.apply(old.getKey());
            try (SecretBytes key = options.rootKey().unwrap(old.getValue(), cell)) {
                handle.createUpdate("UPDATE <table> SET wrapped = :wrapped WHERE version = :version")
                        .define("table", table)
                        .bind("wrapped", wrappedAnew(key, cell))
                        .bind("version", old.getKey())
                        .execute();
            } catch (DamagedValueException e) {
                throw new DamagedRecordException(e);
            }
        }
    }

    private static Map<Integer, byte[]> wrapped(Handle handle, String table) {
        return handle.createQuery("SELECT version, wrapped FROM <table>")
                .define("table", table)
                .map((row, context) -> Map.entry(row.getInt("version"), row.getBytes("wrapped")))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Under the new root key, and seen to open under it: a key that only encrypts would lose everything. */
    private byte[] wrappedAnew(SecretBytes key, Cell cell) throws StoreOpenException {
        try {
            byte[] wrapped = to.wrap(key, cell);
            try (SecretBytes back = to.unwrap(wrapped, cell)) {
                if (MessageDigest.isEqual(back.exposed(), key.exposed())) {
                    return wrapped;
                }
                throw refused(Reason.USELESS_ROOT_KEY, null);
            }
        } catch (DamagedValueException | RootKeyUnavailableException e) {
            throw refused(Reason.USELESS_ROOT_KEY, e);
        }
    }

    private StoreOpenException refused(Reason reason, Exception cause) {
        return new StoreOpenException(reason, options.location().describe(), cause);
    }
}
