package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.opaque.ServerKeyPair;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.seal.DataKey;
import dev.latchkey.server.seal.KeyWrapper;
import dev.latchkey.server.store.Deployment;
import dev.latchkey.server.store.StoreOptions;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** What is fixed at the first start, and the data keys that open it. */
final class DeploymentTable {
    private static final int ENUMERATION_KEY_BYTES = 32;
    private static final int FIRST_DATA_KEY = 1;

    static final Cell SERVER_PRIVATE_KEY = Cell.of("deployment", "server_private_key");
    static final Cell ENUMERATION_KEY = Cell.of("deployment", "enumeration_key");

    private final Handle handle;

    DeploymentTable(Handle handle) {
        this.handle = handle;
    }

    /** Under which root key the database was made; empty before the first start has ended. */
    Optional<byte[]> rootFingerprint() {
        return handle.createQuery("SELECT root_fingerprint FROM deployment")
                .mapTo(byte[].class)
                .findOne();
    }

    /** Whether anything was ever kept here: then the deployment must be there as well. */
    boolean isUsed() {
        return handle.createQuery("""
                        SELECT EXISTS (SELECT 1 FROM accounts) OR EXISTS (SELECT 1 FROM data_keys)
                            OR EXISTS (SELECT 1 FROM guess_ledger)
                        """).mapTo(boolean.class).one();
    }

    /**
     * The caller closes the ring.
     *
     * @throws DamagedRecordException if there is no key, or one does not open under {@code rootKey}
     */
    DataKeyRing loadDataKeys(KeyWrapper rootKey, SecureRandom random) {
        DataKeySet keys = new DataKeySet(rootKey);
        boolean loaded = false;
        try {
            keys.reload(handle);
            loaded = true;
            return new DataKeyRing(keys, random);
        } finally {
            if (!loaded) {
                keys.close();
            }
        }
    }

    /**
     * The caller closes it.
     *
     * @throws DamagedRecordException if it does not open
     */
    Deployment load(Sealing sealing) {
        return handle.createQuery("""
                        SELECT ksf_memory_kib, ksf_iterations, ksf_parallelism, server_private_key, enumeration_key
                        FROM deployment
                        """)
                .map((row, context) -> deployment(row, sealing))
                .one();
    }

    /** Whether it is the one that a server has in memory, and not one that was made in its place. */
    boolean isStill(Deployment deployment, Sealing sealing) {
        try (Deployment now = load(sealing)) {
            return now.serverPrivateKey().constantTimeEquals(deployment.serverPrivateKey())
                    && now.enumerationKey().constantTimeEquals(deployment.enumerationKey());
        }
    }

    /**
     * Makes the keys of a new deployment, all in the transaction that is open; does nothing where another server was
     * quicker.
     */
    void create(StoreOptions options, long now) {
        SecureRandom random = options.random();
        DataKeySet keys = new DataKeySet();
        byte[] fingerprint = options.rootKey().fingerprint();
        byte[] wrapped;
        try (SecretBytes dataKey = SecretBytes.random(KeyWrapper.DATA_KEY_BYTES, random)) {
            keys.add(new DataKey(FIRST_DATA_KEY, dataKey));
            wrapped = options.rootKey().wrapUnder(fingerprint, dataKey, DataKeySet.cell(FIRST_DATA_KEY));
        }
        try (DataKeyRing ring = new DataKeyRing(keys, random);
                ServerKeyPair keyPair = ServerKeyPair.generate(random);
                SecretBytes privateKey = keyPair.privateKey();
                SecretBytes enumerationKey = SecretBytes.random(ENUMERATION_KEY_BYTES, random)) {
            int made = handle.createUpdate("""
                            INSERT INTO deployment (id, root_fingerprint, ksf_memory_kib, ksf_iterations,
                                ksf_parallelism, server_private_key, enumeration_key, created_at)
                            VALUES (1, :fingerprint, :memory, :iterations, :parallelism, :private, :enumeration, :now)
                            ON CONFLICT DO NOTHING
                            """)
                    .bind("fingerprint", fingerprint)
                    .bind("memory", options.ksf().memoryKib())
                    .bind("iterations", options.ksf().iterations())
                    .bind("parallelism", options.ksf().parallelism())
                    .bind("private", ring.seal(SERVER_PRIVATE_KEY, privateKey.exposed()))
                    .bind("enumeration", ring.seal(ENUMERATION_KEY, enumerationKey.exposed()))
                    .bind("now", now)
                    .execute();
            if (made == 1) {
                insertDataKey(wrapped, now);
            }
        }
    }

    /** Seals what stands here under the newest data key; false if it does not open. */
    boolean reseal(DataKeyRing ring) {
        return handle.createQuery("SELECT server_private_key, enumeration_key FROM deployment")
                .map((row, context) -> {
                    byte[] privateKey = row.getBytes("server_private_key");
                    byte[] enumerationKey = row.getBytes("enumeration_key");
                    try (SecretBytes first = ring.open(SERVER_PRIVATE_KEY, privateKey);
                            SecretBytes second = ring.open(ENUMERATION_KEY, enumerationKey)) {
                        handle.createUpdate("""
                                        UPDATE deployment SET server_private_key = :private,
                                            enumeration_key = :enumeration
                                        """)
                                .bind("private", ring.seal(SERVER_PRIVATE_KEY, first.exposed()))
                                .bind("enumeration", ring.seal(ENUMERATION_KEY, second.exposed()))
                                .execute();
                        return true;
                    } catch (DamagedRecordException e) {
                        return false;
                    }
                })
                .one();
    }

    /** Whether all that stands here is under this version of the data key. */
    boolean isUnder(int version) {
        return handle.createQuery("SELECT server_private_key, enumeration_key FROM deployment")
                .map((row, context) -> DataKey.isUnder(version, row.getBytes("server_private_key"))
                        && DataKey.isUnder(version, row.getBytes("enumeration_key")))
                .one();
    }

    private void insertDataKey(byte[] wrapped, long now) {
        handle.createUpdate("INSERT INTO data_keys (version, wrapped, created_at) VALUES (:version, :wrapped, :now)")
                .bind("version", FIRST_DATA_KEY)
                .bind("wrapped", wrapped)
                .bind("now", now)
                .execute();
    }

    private static Deployment deployment(ResultSet row, Sealing sealing) throws SQLException {
        KsfParameters ksf;
        try {
            ksf = new KsfParameters(
                    row.getInt("ksf_memory_kib"), row.getInt("ksf_iterations"), row.getInt("ksf_parallelism"));
        } catch (IllegalArgumentException e) {
            throw new DamagedRecordException("deployment.ksf is not what Argon2id is defined for", e);
        }
        SecretBytes privateKey = sealing.open(SERVER_PRIVATE_KEY, row.getBytes("server_private_key"));
        try {
            SecretBytes enumerationKey = sealing.open(ENUMERATION_KEY, row.getBytes("enumeration_key"));
            return new Deployment(ksf, privateKey, enumerationKey);
        } catch (DamagedRecordException e) {
            privateKey.close();
            throw e;
        }
    }
}
