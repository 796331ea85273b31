package dev.latchkey.server.store.jdbc;

import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.UserId;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Key ids that were allocated and not used yet. */
final class KeyIdsTable {
    private final Scope scope;

    KeyIdsTable(Scope scope) {
        this.scope = scope;
    }

    boolean allocate(UserId user, List<KeyId> keyIds, Duration lifetime, int atMost) {
        scope.hold(user);
        deleteExpired(user);
        if (count(user) + keyIds.size() > atMost) {
            return false;
        }
        try (PreparedBatch batch = scope.handle()
                .prepareBatch("INSERT INTO key_ids (user_id, key_id, expires_at) VALUES (:user, :keyId, :expires)")) {
            for (KeyId keyId : keyIds) {
                batch.bind("user", user.toByteArray())
                        .bind("keyId", keyId.toByteArray())
                        .bind("expires", scope.nowMillis() + lifetime.toMillis())
                        .add();
            }
            batch.execute();
        }
        return true;
    }

    boolean isAllocated(UserId user, KeyId keyId) {
        return scope.handle()
                .createQuery("""
                        SELECT 1 FROM key_ids WHERE user_id = :user AND key_id = :keyId AND expires_at > :now
                        """)
                .bind("user", user.toByteArray())
                .bind("keyId", keyId.toByteArray())
                .bind("now", scope.nowMillis())
                .mapTo(int.class)
                .findOne()
                .isPresent();
    }

    void use(UserId user, KeyId keyId) {
        scope.handle()
                .createUpdate("DELETE FROM key_ids WHERE user_id = :user AND key_id = :keyId")
                .bind("user", user.toByteArray())
                .bind("keyId", keyId.toByteArray())
                .execute();
    }

    private void deleteExpired(UserId user) {
        scope.handle()
                .createUpdate("DELETE FROM key_ids WHERE user_id = :user AND expires_at <= :now")
                .bind("user", user.toByteArray())
                .bind("now", scope.nowMillis())
                .execute();
    }

    private int count(UserId user) {
        return scope.handle()
                .createQuery("SELECT count(*) FROM key_ids WHERE user_id = :user")
                .bind("user", user.toByteArray())
                .mapTo(int.class)
                .one();
    }
}
