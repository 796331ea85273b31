package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.seal.DamagedValueException;
import dev.latchkey.server.seal.KeyWrapper;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOptions;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Puts data keys, which stay what they are, under another root key. The fingerprint says which one is good. */
final class RootKeyChange {
    private final StoreOptions options;
    private final int newestSchema;
    private final KeyWrapper to;

    /** @param options with the root key it is under now */
    RootKeyChange(StoreOptions options, int newestSchema, KeyWrapper to) {
        this.options = options;
        this.newestSchema = newestSchema;
        this.to = to;
    }

    /**
     * Whether the database is under the new root key already.
     *
     * @throws StoreOpenException if it is under neither, or not this version's
     */
    boolean isDone(Handle handle, List<String> tables) throws StoreOpenException {
        if (tables.contains("deployment")) {
            boolean isNew = new DeploymentTable(handle)
                    .rootFingerprint()
                    .filter(fingerprint -> MessageDigest.isEqual(fingerprint, to.fingerprint()))
                    .isPresent();
            if (isNew) {
                return true;
            }
        }
        new SchemaCheck(options, newestSchema).requireCurrent(handle, tables);
        return false;
    }

    /** Of what stays; in the transaction that is open. */
    void rewrap(Handle handle) {
        rewrap(handle, "data_keys", DataKeySet::cell);
        handle.createUpdate("UPDATE deployment SET root_fingerprint = :fingerprint")
                .bind("fingerprint", to.fingerprint())
                .execute();
    }

    /** Of what a restart ends, where it does not. */
    void rewrapPassing(Handle handle) {
        rewrap(handle, "transient.transient_keys", TransientKeys::cell);
    }

    private void rewrap(Handle handle, String table, IntFunction<Cell> cell) {
        Map<Integer, byte[]> wrapped = handle.createQuery("SELECT version, wrapped FROM <table>")
                .define("table", table)
                .map((row, context) -> Map.entry(row.getInt("version"), row.getBytes("wrapped")))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        wrapped.forEach((version, old) -> {
            try (SecretBytes key = options.rootKey().unwrap(old, cell.apply(version))) {
                handle.createUpdate("UPDATE <table> SET wrapped = :wrapped WHERE version = :version")
                        .define("table", table)
                        .bind("wrapped", to.wrap(key, cell.apply(version)))
                        .bind("version", version)
                        .execute();
            } catch (DamagedValueException e) {
                throw new DamagedRecordException(e);
            }
        });
    }
}
