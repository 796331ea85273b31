package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.Hkdf;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.DeviceObject;
import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.SecretObject;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.store.AuditLog.Head;
import dev.latchkey.server.store.DamagedRow.Kind;
import dev.latchkey.server.store.NameTag;
import dev.latchkey.server.store.jdbc.CheckReport.Row;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** One owner: opens every sealed value, and holds every row against the owner's log. */
final class OwnerCheck {
    /** Rows that are in memory together. */
    static final int FETCHED_AT_ONCE = 64;

    /** What is held against something else: names, and what owners sealed themselves. */
    private static final Set<String> COMPARED = Set.of("account_name", "storage_key", "descriptor", "secret", "name");

    private final Handle handle;
    private final Dialect dialect;
    private final DataKeyRing ring;
    private final CheckReport report;

    /** Empty if it does not open. */
    private final Optional<SecretBytes> enumerationKey;

    OwnerCheck(
            Handle handle,
            Dialect dialect,
            DataKeyRing ring,
            CheckReport report,
            Optional<SecretBytes> enumerationKey) {
        this.handle = handle;
        this.dialect = dialect;
        this.ring = ring;
        this.report = report;
        this.enumerationKey = enumerationKey;
    }

    void check(UserId user) {
        Optional<LogCheck> log = account(user);
        if (log.isEmpty()) {
            return;
        }
        secrets(user, log.get());
        devices(user, log.get());
    }

    private Optional<LogCheck> account(UserId user) {
        return rows(SealedTable.ACCOUNTS, user, "t.audit_n, t.audit_head", row -> {
                    long version = row.getLong("credential_version");
                    Row named = Row.of("accounts", user);
                    Map<String, byte[]> opened = open(SealedTable.ACCOUNTS, user, named, row);
                    name(user, Optional.ofNullable(opened.get("account_name")));
                    LogCheck log = new LogCheck(report, user);
                    log.read(handle, new Head(row.getLong("audit_n"), row.getBytes("audit_head")));
                    if (log.isWhole()) {
                        credentials(named, version, Optional.ofNullable(opened.get("storage_key")), log);
                    }
                    return log;
                })
                .stream()
                .findFirst();
    }

    private void credentials(Row row, long version, Optional<byte[]> storageKey, LogCheck log) {
        if (version != log.credentialVersion()) {
            report.damaged(
                    row,
                    "credential_version",
                    Kind.NOT_AS_LOGGED,
                    "is " + version + ", and by the log it is " + log.credentialVersion()
                            + ": credentials of before a change of the password were put back, or their number was changed");
        }
        if (storageKey.isPresent() && !MessageDigest.isEqual(Hashes.sha3_256(storageKey.get()), log.storageKeyHash())) {
            report.damaged(row, "storage_key", Kind.NOT_AS_LOGGED, "is not the one that the log reports last");
        }
    }

    private void name(UserId user, Optional<byte[]> accountName) {
        List<byte[]> tags = handle.createQuery("SELECT name_tag FROM account_names WHERE user_id = :user")
                .bind("user", user.toByteArray())
                .mapTo(byte[].class)
                .list();
        if (tags.size() != 1) {
            report.damaged(
                    Row.of("account_names", user),
                    "user_id",
                    Kind.UNRELATED,
                    tags.size() + " names lead to this account, and there must be one");
        } else if (accountName.isPresent()
                && enumerationKey.isPresent()
                && !MessageDigest.isEqual(tags.get(0), tag(accountName.get()))) {
            report.damaged(
                    Row.of("account_names", user),
                    "name_tag",
                    Kind.UNRELATED,
                    "is the tag of another name than the account's");
        }
    }

    /** First 32 bytes of HMAC-SHA-512(enumeration_key, account_name). */
    private byte[] tag(byte[] accountName) {
        try (SecretBytes message = SecretBytes.copyOf(accountName);
                SecretBytes mac = Hkdf.extract(enumerationKey.orElseThrow().exposed(), message)) {
            return Arrays.copyOf(mac.exposed(), NameTag.BYTES);
        }
    }

    private void secrets(UserId user, LogCheck log) {
        Map<KeyId, LogCheck.Secret> missing = new HashMap<>(log.secrets());
        rows(SealedTable.SECRETS, user, "t.deleted_at, t.created_n, t.label_tag, t.secret_hash", row -> {
            KeyId id = KeyId.of(row.getBytes("row_id"));
            Row named = Row.of("secrets", user).row(id.toByteArray());
            LogCheck.Secret logged = missing.remove(id);
            row.getLong("deleted_at");
            boolean living = row.wasNull();
            Map<String, byte[]> opened = living ? open(SealedTable.SECRETS, user, named, row) : new HashMap<>();
            if (log.isWhole()) {
                secret(named, row, living, opened, logged);
            }
            return named;
        });
        if (log.isWhole()) {
            missing.keySet()
                    .forEach(id -> report.damaged(
                            Row.of("secrets", user).row(id.toByteArray()),
                            "",
                            Kind.NOT_AS_LOGGED,
                            "is missing, and the log reports it"));
        }
    }

    private void secret(Row named, ResultSet row, boolean living, Map<String, byte[]> opened, LogCheck.Secret logged)
            throws SQLException {
        if (logged == null) {
            report.damaged(named, "key_id", Kind.NOT_AS_LOGGED, "is no secret that the log reports");
            return;
        }
        if (row.getLong("created_n") != logged.createdN()) {
            report.damaged(
                    named,
                    "created_n",
                    Kind.NOT_AS_LOGGED,
                    "is not the entry that reports its creation: that is " + logged.createdN());
        }
        if (living != logged.object().isPresent()) {
            report.damaged(
                    named,
                    "deleted_at",
                    Kind.NOT_AS_LOGGED,
                    living ? "is a secret that the log reports deleted" : "is deleted, and the log does not report it");
            return;
        }
        byte[] descriptor = opened.get("descriptor");
        byte[] secret = opened.get("secret");
        if (secret != null && !MessageDigest.isEqual(Hashes.sha3_256(secret), row.getBytes("secret_hash"))) {
            report.damaged(named, "secret_hash", Kind.NOT_AS_LOGGED, "is not the hash of the secret beside it");
        }
        if (descriptor != null
                && secret != null
                && !MessageDigest.isEqual(
                        SecretObject.hash(row.getBytes("label_tag"), descriptor, Hashes.sha3_256(secret)),
                        logged.object().orElseThrow())) {
            report.damaged(
                    named,
                    "",
                    Kind.NOT_AS_LOGGED,
                    "label, descriptor and secret are not together what the log reports last of it: at least one is an older"
                            + " one that was put back");
        }
    }

    private void devices(UserId user, LogCheck log) {
        Map<DeviceId, byte[]> missing = new HashMap<>(log.devices());
        rows(SealedTable.DEVICES, user, "1", row -> {
            DeviceId id = DeviceId.of(row.getBytes("row_id"));
            Row named = Row.of("devices", user).row(id.toByteArray());
            byte[] logged = missing.remove(id);
            byte[] name = open(SealedTable.DEVICES, user, named, row).get("name");
            if (log.isWhole() && logged == null) {
                report.damaged(named, "", Kind.NOT_AS_LOGGED, "is a device that has no good ticket by the log");
            } else if (log.isWhole() && name != null && !MessageDigest.isEqual(DeviceObject.added(id, name), logged)) {
                report.damaged(named, "name", Kind.NOT_AS_LOGGED, "is not the name under which the log reports it");
            }
            return named;
        });
        if (log.isWhole()) {
            missing.keySet()
                    .forEach(id -> report.damaged(
                            Row.of("devices", user).row(id.toByteArray()),
                            "",
                            Kind.NOT_AS_LOGGED,
                            "is missing, and the log does not report it revoked"));
        }
    }

    /** Opens all; of the columns that are {@link #COMPARED} and open, the values. */
    private Map<String, byte[]> open(SealedTable table, UserId user, Row named, ResultSet row) throws SQLException {
        Map<String, byte[]> opened = new HashMap<>();
        byte[] erasureKey = row.getBytes("erasure_key");
        long slot = row.getLong("slot");
        if (!row.wasNull() && dialect.overwrites() && erasureKey == null) {
            report.damaged(named, "slot", Kind.UNRELATED, "names a slot that erasure_keys has not");
        }
        byte[] id = row.getBytes("row_id");
        long version = row.getLong("credential_version");
        try (RowKey key = RowKey.of(ring, slot, erasureKey)) {
            for (String column : table.columns()) {
                try (SecretBytes plain = report.open(
                                named, column, key, table.cell(column, user, id, version), row.getBytes(column))
                        .orElse(null)) {
                    if (plain != null && COMPARED.contains(column)) {
                        opened.put(column, plain.copyBytes());
                    }
                }
            }
        }
        return opened;
    }

    private <T> List<T> rows(SealedTable table, UserId user, String further, Reader<T> reader) {
        return handle.createQuery("""
                        SELECT <identity>, <columns>, <further>, <slot> FROM <table> t WHERE t.user_id = :user ORDER BY <key>
                        """)
                .define("identity", table.identity())
                .define("columns", table.selectedColumns())
                .define("further", further)
                .define("slot", dialect.slotOf("t"))
                .define("table", table.table())
                .define("key", table.key())
                .bind("user", user.toByteArray())
                .setFetchSize(FETCHED_AT_ONCE)
                .map((row, context) -> reader.read(row))
                .list();
    }

    /** Looks at one row. */
    @FunctionalInterface
    private interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }
}
