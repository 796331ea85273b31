package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AuditChain;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.store.Accounts;
import dev.latchkey.server.store.AuditLog;
import dev.latchkey.server.store.NameTag;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

final class AccountsTable implements Accounts {
    private static final long FIRST_VERSION = 1;

    private static final List<String> WITH_SLOTS = List.of("accounts", "secrets", "devices");

    /** What is written over before it goes, the seed first. */
    private static final List<String> CREDENTIALS = List.of("oprf_seed", "record", "storage_key");

    /** Every row that is the owner's. */
    private static final List<String> ERASURE = List.of(
            "DELETE FROM secrets WHERE user_id = :user",
            "DELETE FROM key_ids WHERE user_id = :user",
            "DELETE FROM devices WHERE user_id = :user",
            "DELETE FROM audit WHERE user_id = :user",
            "DELETE FROM account_names WHERE user_id = :user",
            "DELETE FROM accounts WHERE user_id = :user");

    private final Scope scope;
    private final UnknownAccount unknownAccount;
    private final ErasureKeysTable erasureKeys;

    AccountsTable(Scope scope, UnknownAccount unknownAccount) {
        this.scope = scope;
        this.unknownAccount = unknownAccount;
        this.erasureKeys = new ErasureKeysTable(scope);
    }

    @Override
    public Optional<Credentials> byName(NameTag name) {
        Optional<Credentials> found = scope.handle()
                .createQuery("""
                        SELECT a.user_id, a.record, a.oprf_seed, a.credential_version, <slot>
                        FROM account_names n JOIN accounts a ON a.user_id = n.user_id
                        WHERE n.name_tag = :name
                        """)
                .define("slot", scope.dialect().slotOf("a"))
                .bind("name", name.toByteArray())
                .map((row, context) -> credentials(row))
                .findOne();
        if (found.isEmpty()) {
            unknownAccount.openAsIfStored();
        }
        return found;
    }

    @Override
    public Optional<UserId> userOf(NameTag name) {
        return scope.handle()
                .createQuery("SELECT user_id FROM account_names WHERE name_tag = :name")
                .bind("name", name.toByteArray())
                .map((row, context) -> UserId.of(row.getBytes("user_id")))
                .findOne();
    }

    @Override
    public long credentialVersion(UserId user) {
        return scope.handle()
                .createQuery("SELECT credential_version FROM accounts WHERE user_id = :user")
                .bind("user", user.toByteArray())
                .mapTo(long.class)
                .findOne()
                .orElse(0L);
    }

    @Override
    public long hold(UserId user) {
        scope.hold(user);
        return scope.handle()
                .createQuery("SELECT credential_version, audit_n, audit_head FROM accounts WHERE user_id = :user")
                .bind("user", user.toByteArray())
                .map((row, context) -> {
                    scope.logEnds().stands(user, new AuditLog.Head(row.getLong("audit_n"), row.getBytes("audit_head")));
                    return row.getLong("credential_version");
                })
                .findOne()
                .orElse(0L);
    }

    @Override
    public Creation create(NewAccount account) {
        // Whoever comes second finds a row: the keys of the two tables decide.
        int named = scope.handle()
                .createUpdate("""
                        INSERT INTO account_names (name_tag, user_id) VALUES (:name, :user) ON CONFLICT DO NOTHING
                        """)
                .bind("name", account.name().toByteArray())
                .bind("user", account.user().toByteArray())
                .execute();
        if (named == 0) {
            return isTaken(account.name()) ? Creation.NAME_TAKEN : Creation.USER_ID_TAKEN;
        }
        if (!insert(account)) {
            scope.handle()
                    .createUpdate("DELETE FROM account_names WHERE name_tag = :name")
                    .bind("name", account.name().toByteArray())
                    .execute();
            return Creation.USER_ID_TAKEN;
        }
        return Creation.CREATED;
    }

    @Override
    public Optional<byte[]> encryptedStorageKey(UserId user) {
        return scope.handle()
                .createQuery("SELECT storage_key, credential_version, <slot> FROM accounts WHERE user_id = :user")
                .define("slot", scope.dialect().slotOf("accounts"))
                .bind("user", user.toByteArray())
                .map((row, context) -> {
                    try (RowKey key = RowKey.of(scope.durable(), row)) {
                        return key.openPlain(
                                versioned("storage_key", user, row.getLong("credential_version")),
                                row.getBytes("storage_key"));
                    }
                })
                .findOne();
    }

    @Override
    public Optional<byte[]> accountName(UserId user) {
        return scope.handle()
                .createQuery("SELECT account_name, <slot> FROM accounts WHERE user_id = :user")
                .define("slot", scope.dialect().slotOf("accounts"))
                .bind("user", user.toByteArray())
                .map((row, context) -> {
                    try (RowKey key = RowKey.of(scope.durable(), row)) {
                        return key.openPlain(nameCell(user), row.getBytes("account_name"));
                    }
                })
                .findOne();
    }

    @Override
    public boolean changeCredentials(UserId user, long expectedVersion, NewCredentials credentials) {
        Optional<byte[]> name = accountName(user);
        if (name.isEmpty() || credentialVersion(user) != expectedVersion) {
            return false;
        }
        long next = expectedVersion + 1;
        try (RowKey key = erasureKeys.renew(slot(user))) {
            int changed = scope.handle()
                    .createUpdate("""
                            UPDATE accounts SET slot = :slot, slack = :none, account_name = :name, record = :record,
                                oprf_seed = :seed, storage_key = :storageKey, credential_version = :next
                            WHERE user_id = :user AND credential_version = :expected
                            """)
                    .bind("slot", key.slot())
                    .bind("none", new byte[0])
                    .bind("name", key.seal(nameCell(user), name.get()))
                    .bindMap(sealed(key, user, next, credentials))
                    .bind("next", next)
                    .bind("user", user.toByteArray())
                    .bind("expected", expectedVersion)
                    .execute();
            scope.erased();
            return changed == 1;
        }
    }

    @Override
    public void delete(UserId user) {
        scope.hold(user);
        WITH_SLOTS.forEach(table -> erasureKeys.eraseAll(table, user));
        if (scope.dialect().overwrites()) {
            // The seed goes first: whatever a failing machine leaves of the rest, no password can be tested against it.
            CREDENTIALS.forEach(column -> overwrite(column, user));
        }
        scope.logEnds().forget(user);
        for (String step : ERASURE) {
            scope.handle().createUpdate(step).bind("user", user.toByteArray()).execute();
        }
        scope.erased();
    }

    private void overwrite(String column, UserId user) {
        scope.handle()
                .createUpdate("UPDATE accounts SET <column> = zeroblob(length(<column>)) WHERE user_id = :user")
                .define("column", column)
                .bind("user", user.toByteArray())
                .execute();
    }

    @Override
    public LastAttempts noteLogin(UserId user, long newestFailureMillis) {
        scope.hold(user);
        LastAttempts before = times(user)
                .orElseThrow(() -> new IllegalStateException("no such account"))
                .last();
        long failure = Math.max(before.failureMillis(), newestFailureMillis);
        scope.handle()
                .createUpdate("""
                        UPDATE accounts SET last_login_at = :now, last_failure_at = :failure WHERE user_id = :user
                        """)
                .bind("now", scope.nowMillis())
                .bind("failure", failure)
                .bind("user", user.toByteArray())
                .execute();
        return new LastAttempts(before.loginMillis(), failure);
    }

    @Override
    public Optional<Times> times(UserId user) {
        return scope.handle()
                .createQuery("SELECT created_at, last_login_at, last_failure_at FROM accounts WHERE user_id = :user")
                .bind("user", user.toByteArray())
                .map((row, context) -> new Times(
                        row.getLong("created_at"),
                        new LastAttempts(row.getLong("last_login_at"), row.getLong("last_failure_at"))))
                .findOne();
    }

    private boolean isTaken(NameTag name) {
        return scope.handle()
                .createQuery("SELECT 1 FROM account_names WHERE name_tag = :name")
                .bind("name", name.toByteArray())
                .mapTo(int.class)
                .findOne()
                .isPresent();
    }

    /** @return false if the user id is taken */
    private boolean insert(NewAccount account) {
        UserId user = account.user();
        NewCredentials credentials =
                new NewCredentials(account.record(), account.oprfSeed(), account.encryptedStorageKey());
        try (RowKey key = erasureKeys.take()) {
            int inserted = scope.handle()
                    .createUpdate("""
                            INSERT INTO accounts (user_id, credential_version, audit_n, audit_head, created_at, slot,
                                slack, account_name, record, oprf_seed, storage_key)
                            VALUES (:user, :version, 0, :head, :now, :slot, :none, :name, :record, :seed, :storageKey)
                            ON CONFLICT DO NOTHING
                            """)
                    .bind("slot", key.slot())
                    .bind("none", new byte[0])
                    .bind("user", user.toByteArray())
                    .bind("name", key.seal(nameCell(user), account.accountName()))
                    .bindMap(sealed(key, user, FIRST_VERSION, credentials))
                    .bind("version", FIRST_VERSION)
                    .bind("head", AuditChain.start(user))
                    .bind("now", scope.nowMillis())
                    .execute();
            if (inserted == 0) {
                erasureKeys.erase(key.slot());
            }
            return inserted == 1;
        }
    }

    private static Map<String, byte[]> sealed(RowKey key, UserId user, long version, NewCredentials credentials) {
        return Map.of(
                "record",
                key.seal(
                        versioned("record", user, version), credentials.record().exposed()),
                "seed",
                key.seal(
                        versioned("oprf_seed", user, version),
                        credentials.oprfSeed().exposed()),
                "storageKey",
                key.seal(versioned("storage_key", user, version), credentials.encryptedStorageKey()));
    }

    /** The slot that an account has in the table of erasure keys, or null. */
    private Long slot(UserId user) {
        return scope.handle()
                .createQuery("SELECT slot FROM accounts WHERE user_id = :user")
                .bind("user", user.toByteArray())
                .mapTo(Long.class)
                .findOne()
                .orElse(null);
    }

    private Credentials credentials(ResultSet row) throws SQLException {
        UserId user = UserId.of(row.getBytes("user_id"));
        long version = row.getLong("credential_version");
        try (RowKey key = RowKey.of(scope.durable(), row)) {
            SecretBytes record = key.open(versioned("record", user, version), row.getBytes("record"));
            try {
                SecretBytes oprfSeed = key.open(versioned("oprf_seed", user, version), row.getBytes("oprf_seed"));
                return new Credentials(user, record, oprfSeed, version);
            } catch (DamagedRecordException e) {
                record.close();
                throw e;
            }
        }
    }

    private static Cell nameCell(UserId user) {
        return Cell.of("accounts", "account_name").owner(user);
    }

    private static Cell versioned(String column, UserId user, long version) {
        return Cell.of("accounts", column).owner(user).credentialVersion(version);
    }
}
