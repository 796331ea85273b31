package dev.latchkey.server.store.jdbc;

import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.SecretObject;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.store.Secrets;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;

final class SecretsTable implements Secrets {
    private final Scope scope;
    private final KeyIdsTable keyIds;
    private final ErasureKeysTable erasureKeys;

    SecretsTable(Scope scope, KeyIdsTable keyIds) {
        this.scope = scope;
        this.keyIds = keyIds;
        this.erasureKeys = new ErasureKeysTable(scope);
    }

    @Override
    public boolean allocate(UserId user, List<KeyId> allocated, Duration lifetime, int atMost) {
        return keyIds.allocate(user, allocated, lifetime, atMost);
    }

    @Override
    public Outcome store(UserId user, SealedSecret secret, long createdN, int atMost) {
        scope.hold(user);
        if (exists(user, secret.keyId())) {
            boolean same = byKeyId(user, secret.keyId())
                    .map(stored -> same(stored, secret))
                    .orElse(false);
            return same ? Outcome.ALREADY_STORED : Outcome.CONFLICT;
        }
        if (!keyIds.isAllocated(user, secret.keyId())) {
            return Outcome.KEY_ID_UNKNOWN;
        }
        if (labelExists(user, secret.labelTag())) {
            return Outcome.LABEL_EXISTS;
        }
        if (count(user) >= atMost) {
            return Outcome.LIMIT_REACHED;
        }
        insert(user, secret, createdN);
        keyIds.use(user, secret.keyId());
        return Outcome.STORED;
    }

    @Override
    public Optional<SealedSecret> byKeyId(UserId user, KeyId keyId) {
        return find(user, scope.handle().createQuery("""
                                SELECT key_id, label_tag, descriptor, secret, <slot> FROM secrets
                                WHERE user_id = :user AND key_id = :keyId AND deleted_at IS NULL
                                """).bind("keyId", keyId.toByteArray()));
    }

    @Override
    public Optional<SealedSecret> byLabelTag(UserId user, byte[] labelTag) {
        return find(user, scope.handle().createQuery("""
                                SELECT key_id, label_tag, descriptor, secret, <slot> FROM secrets
                                WHERE user_id = :user AND label_tag = :labelTag
                                """).bind("labelTag", labelTag));
    }

    @Override
    public Change replace(UserId user, KeyId keyId, byte[] expectedObject, byte[] descriptor, byte[] secret) {
        scope.hold(user);
        Optional<Listed> current = listed(user, keyId);
        if (current.isEmpty()) {
            return gone(user, keyId);
        }
        byte[] tag = current.get().labelTag();
        byte[] secretHash = Hashes.sha3_256(secret);
        if (isObject(current.get(), SecretObject.hash(tag, descriptor, secretHash))) {
            return Change.ALREADY_SO;
        }
        if (!isObject(current.get(), expectedObject)) {
            return Change.CONFLICT;
        }
        rewrite(user, new SealedSecret(keyId, tag, descriptor, secret));
        return Change.CHANGED;
    }

    @Override
    public Change rename(UserId user, KeyId keyId, byte[] expectedObject, byte[] labelTag, byte[] descriptor) {
        scope.hold(user);
        Optional<Listed> current = listed(user, keyId);
        if (current.isEmpty()) {
            return gone(user, keyId);
        }
        byte[] secretHash = current.get().secretHash();
        if (isObject(current.get(), SecretObject.hash(labelTag, descriptor, secretHash))) {
            return Change.ALREADY_SO;
        }
        if (!isObject(current.get(), expectedObject)) {
            return Change.CONFLICT;
        }
        if (!MessageDigest.isEqual(labelTag, current.get().labelTag()) && labelExists(user, labelTag)) {
            return Change.LABEL_EXISTS;
        }
        // The old label goes with its descriptor, under whose key the secret stood too.
        byte[] secret = byKeyId(user, keyId).orElseThrow().secret();
        rewrite(user, new SealedSecret(keyId, labelTag, descriptor, secret));
        return Change.CHANGED;
    }

    @Override
    public Change delete(UserId user, KeyId keyId, byte[] expectedObject) {
        scope.hold(user);
        Optional<Listed> current = listed(user, keyId);
        if (current.isEmpty()) {
            return exists(user, keyId) ? Change.ALREADY_SO : Change.NOT_FOUND;
        }
        if (!isObject(current.get(), expectedObject)) {
            return Change.CONFLICT;
        }
        erasureKeys.erase(slot(user, keyId));
        scope.handle()
                .createUpdate("""
                        UPDATE secrets
                        SET deleted_at = :now, last_retrieved_at = 0, label_tag = NULL, secret_hash = NULL,
                            slot = NULL, slack = :none, descriptor = NULL, secret = NULL
                        WHERE user_id = :user AND key_id = :keyId
                        """)
                .bind("now", scope.nowMillis())
                .bind("none", new byte[0])
                .bind("user", user.toByteArray())
                .bind("keyId", keyId.toByteArray())
                .execute();
        scope.erased();
        return Change.CHANGED;
    }

    @Override
    public Optional<Listed> listed(UserId user, KeyId keyId) {
        return findListed(user, scope.handle().createQuery("""
                                SELECT key_id, label_tag, descriptor, secret_hash, created_n, last_retrieved_at, <slot>
                                FROM secrets WHERE user_id = :user AND key_id = :keyId AND deleted_at IS NULL
                                """).bind("keyId", keyId.toByteArray()));
    }

    @Override
    public Optional<Listed> listed(UserId user, byte[] labelTag) {
        return findListed(user, scope.handle().createQuery("""
                                SELECT key_id, label_tag, descriptor, secret_hash, created_n, last_retrieved_at, <slot>
                                FROM secrets WHERE user_id = :user AND label_tag = :labelTag
                                """).bind("labelTag", labelTag));
    }

    @Override
    public void markRetrieved(UserId user, KeyId keyId) {
        scope.handle()
                .createUpdate("""
                        UPDATE secrets SET last_retrieved_at = :now WHERE user_id = :user AND key_id = :keyId
                        """)
                .bind("now", scope.nowMillis())
                .bind("user", user.toByteArray())
                .bind("keyId", keyId.toByteArray())
                .execute();
    }

    @Override
    public List<Listed> page(UserId user, long after, int limit) {
        return scope.handle()
                .createQuery("""
                        SELECT key_id, label_tag, descriptor, secret_hash, created_n, last_retrieved_at, <slot>
                        FROM secrets WHERE user_id = :user AND created_n > :after AND deleted_at IS NULL
                        ORDER BY created_n LIMIT :limit
                        """)
                .define("slot", scope.dialect().slotOf("secrets"))
                .bind("user", user.toByteArray())
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> listed(user, row))
                .list();
    }

    private boolean exists(UserId user, KeyId keyId) {
        return scope.handle()
                .createQuery("SELECT 1 FROM secrets WHERE user_id = :user AND key_id = :keyId")
                .bind("user", user.toByteArray())
                .bind("keyId", keyId.toByteArray())
                .mapTo(int.class)
                .findOne()
                .isPresent();
    }

    private boolean labelExists(UserId user, byte[] labelTag) {
        return scope.handle()
                .createQuery("SELECT 1 FROM secrets WHERE user_id = :user AND label_tag = :labelTag")
                .bind("user", user.toByteArray())
                .bind("labelTag", labelTag)
                .mapTo(int.class)
                .findOne()
                .isPresent();
    }

    /** Counted in the index of labels, where tombstones have none. */
    @Override
    public int count(UserId user) {
        return scope.handle()
                .createQuery("SELECT count(*) FROM secrets WHERE user_id = :user AND label_tag IS NOT NULL")
                .bind("user", user.toByteArray())
                .mapTo(int.class)
                .one();
    }

    private void insert(UserId user, SealedSecret secret, long createdN) {
        try (RowKey key = erasureKeys.take()) {
            written(user, secret, key, """
                    INSERT INTO secrets (user_id, key_id, created_n, label_tag, secret_hash, slot, slack, descriptor,
                        secret)
                    VALUES (:user, :keyId, :createdN, :labelTag, :secretHash, :slot, :none, :descriptor, :secret)
                    """).bind("createdN", createdN).execute();
        }
    }

    /** Puts the secret in the place of what its row holds, which is erased. */
    private void rewrite(UserId user, SealedSecret secret) {
        try (RowKey key = erasureKeys.renew(slot(user, secret.keyId()))) {
            written(user, secret, key, """
                    UPDATE secrets SET label_tag = :labelTag, secret_hash = :secretHash, slot = :slot, slack = :none,
                        descriptor = :descriptor, secret = :secret
                    WHERE user_id = :user AND key_id = :keyId
                    """).execute();
        }
        scope.erased();
    }

    private Update written(UserId user, SealedSecret secret, RowKey key, String statement) {
        return scope.handle()
                .createUpdate(statement)
                .bind("user", user.toByteArray())
                .bind("keyId", secret.keyId().toByteArray())
                .bind("labelTag", secret.labelTag())
                .bind("secretHash", Hashes.sha3_256(secret.secret()))
                .bind("slot", key.slot())
                .bind("none", new byte[0])
                .bind("descriptor", key.seal(cell("descriptor", user, secret.keyId()), secret.descriptor()))
                .bind("secret", key.seal(cell("secret", user, secret.keyId()), secret.secret()));
    }

    /** The slot that a secret has in the table of erasure keys, or null. */
    private Long slot(UserId user, KeyId keyId) {
        return scope.handle()
                .createQuery("SELECT slot FROM secrets WHERE user_id = :user AND key_id = :keyId")
                .bind("user", user.toByteArray())
                .bind("keyId", keyId.toByteArray())
                .mapTo(Long.class)
                .findOne()
                .orElse(null);
    }

    private Optional<SealedSecret> find(UserId user, Query query) {
        return query.define("slot", scope.dialect().slotOf("secrets"))
                .bind("user", user.toByteArray())
                .map((row, context) -> sealedSecret(user, row))
                .findOne();
    }

    private Optional<Listed> findListed(UserId user, Query query) {
        return query.define("slot", scope.dialect().slotOf("secrets"))
                .bind("user", user.toByteArray())
                .map((row, context) -> listed(user, row))
                .findOne();
    }

    /** Why there is nothing to change: a tombstone, or nothing at all. */
    private Change gone(UserId user, KeyId keyId) {
        return exists(user, keyId) ? Change.CONFLICT : Change.NOT_FOUND;
    }

    private static boolean isObject(Listed secret, byte[] object) {
        return MessageDigest.isEqual(secret.object(), object);
    }

    private SealedSecret sealedSecret(UserId user, ResultSet row) throws SQLException {
        KeyId keyId = KeyId.of(row.getBytes("key_id"));
        try (RowKey key = RowKey.of(scope.durable(), row)) {
            return new SealedSecret(
                    keyId,
                    row.getBytes("label_tag"),
                    key.openPlain(cell("descriptor", user, keyId), row.getBytes("descriptor")),
                    key.openPlain(cell("secret", user, keyId), row.getBytes("secret")));
        }
    }

    private Listed listed(UserId user, ResultSet row) throws SQLException {
        KeyId keyId = KeyId.of(row.getBytes("key_id"));
        try (RowKey key = RowKey.of(scope.durable(), row)) {
            return new Listed(
                    keyId,
                    row.getBytes("label_tag"),
                    key.openPlain(cell("descriptor", user, keyId), row.getBytes("descriptor")),
                    row.getBytes("secret_hash"),
                    row.getLong("created_n"),
                    row.getLong("last_retrieved_at"));
        }
    }

    private static boolean same(SealedSecret one, SealedSecret other) {
        return MessageDigest.isEqual(one.labelTag(), other.labelTag())
                && MessageDigest.isEqual(one.descriptor(), other.descriptor())
                && MessageDigest.isEqual(one.secret(), other.secret());
    }

    private static Cell cell(String column, UserId user, KeyId keyId) {
        return Cell.of("secrets", column).owner(user).row(keyId.toByteArray());
    }
}
