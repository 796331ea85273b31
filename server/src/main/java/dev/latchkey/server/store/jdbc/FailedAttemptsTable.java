package dev.latchkey.server.store.jdbc;

import dev.latchkey.protocol.SessionId;
import dev.latchkey.server.store.GuessLedger.FailedAttempt;
import dev.latchkey.server.store.GuessLedger.Failures;
import dev.latchkey.server.store.NameTag;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * Logins that were begun and not proven, kept for the owner of the name, who may not exist. What is dropped is still
 * counted where the name has an account: walking through names must not fill the disk.
 */
final class FailedAttemptsTable {
    static final Duration KEPT_FOR = Duration.ofDays(90);

    /** Over all names; beyond it the oldest go, however young. */
    static final long KEPT_IN_ALL = 1_000_000;

    private final Scope scope;

    FailedAttemptsTable(Scope scope) {
        this.scope = scope;
    }

    void add(NameTag name, SessionId handshake, int keptOfName) {
        scope.handle()
                .createUpdate("""
                        INSERT INTO failed_attempts (name_tag, handshake_id, begun_at) VALUES (:name, :handshake, :now)
                        """)
                .bind("name", name.toByteArray())
                .bind("handshake", handshake.toByteArray())
                .bind("now", scope.nowMillis())
                .execute();
        int dropped = scope.handle()
                .createUpdate("""
                        DELETE FROM failed_attempts WHERE name_tag = :name AND id <= (
                            SELECT id FROM failed_attempts WHERE name_tag = :name ORDER BY id DESC LIMIT 1 OFFSET :kept)
                        """)
                .bind("name", name.toByteArray())
                .bind("kept", keptOfName)
                .execute();
        count(name.toByteArray(), dropped);
    }

    /**
     * Forgets one attempt.
     *
     * @return false if it was not there, or was refused
     */
    boolean forget(NameTag name, SessionId handshake) {
        int forgotten = scope.handle()
                .createUpdate("""
                        DELETE FROM failed_attempts WHERE name_tag = :name AND handshake_id = :handshake AND refused = 0
                        """)
                .bind("name", name.toByteArray())
                .bind("handshake", handshake.toByteArray())
                .execute();
        return forgotten == 1;
    }

    void markRefused(NameTag name, SessionId handshake) {
        scope.handle()
                .createUpdate("""
                        UPDATE failed_attempts SET refused = 1 WHERE name_tag = :name AND handshake_id = :handshake
                        """)
                .bind("name", name.toByteArray())
                .bind("handshake", handshake.toByteArray())
                .execute();
    }

    Failures collect(NameTag name, Duration handshakeLifetime) {
        List<FailedAttempt> attempts = scope.handle()
                .createQuery("""
                        DELETE FROM failed_attempts
                        WHERE name_tag = :name AND (refused = 1 OR begun_at <= :now - :lifetime)
                        RETURNING handshake_id, begun_at, refused
                        """)
                .bind("name", name.toByteArray())
                .bind("now", scope.nowMillis())
                .bind("lifetime", handshakeLifetime.toMillis())
                .map((row, context) -> new FailedAttempt(
                        SessionId.of(row.getBytes("handshake_id")),
                        row.getLong("begun_at"),
                        row.getInt("refused") == 1))
                .list();
        List<FailedAttempt> oldestFirst = attempts.stream()
                .sorted(Comparator.comparingLong(FailedAttempt::unixMillis))
                .toList();
        return new Failures(oldestFirst, collectDropped(name));
    }

    int count(NameTag name) {
        return scope.handle()
                .createQuery("SELECT count(*) FROM failed_attempts WHERE name_tag = :name")
                .bind("name", name.toByteArray())
                .mapTo(int.class)
                .one();
    }

    /** Drops a few of what is too old or too much, oldest first. */
    void purge(int atMost) {
        scope.handle()
                .createQuery("""
                        DELETE FROM failed_attempts
                        WHERE id IN (SELECT id FROM failed_attempts ORDER BY id LIMIT :most <lockFree>)
                            AND (begun_at <= :now - :age OR id <= (SELECT max(id) FROM failed_attempts) - :keptInAll)
                        RETURNING name_tag
                        """)
                .define("lockFree", scope.dialect().lockFree())
                .bind("most", atMost)
                .bind("now", scope.nowMillis())
                .bind("age", KEPT_FOR.toMillis())
                .bind("keptInAll", KEPT_IN_ALL)
                .mapTo(byte[].class)
                .list()
                .forEach(name -> count(name, 1));
    }

    private void count(byte[] name, int dropped) {
        if (dropped > 0) {
            scope.handle()
                    .createUpdate("""
                            UPDATE account_names SET dropped_failures = dropped_failures + :dropped
                            WHERE name_tag = :name
                            """)
                    .bind("dropped", dropped)
                    .bind("name", name)
                    .execute();
        }
    }

    private long collectDropped(NameTag name) {
        long dropped = scope.handle()
                .createQuery("SELECT dropped_failures FROM account_names WHERE name_tag = :name")
                .bind("name", name.toByteArray())
                .mapTo(long.class)
                .findOne()
                .orElse(0L);
        if (dropped > 0) {
            scope.handle()
                    .createUpdate("UPDATE account_names SET dropped_failures = 0 WHERE name_tag = :name")
                    .bind("name", name.toByteArray())
                    .execute();
        }
        return dropped;
    }
}
