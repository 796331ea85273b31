package dev.latchkey.server.store.jdbc;

import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.ReplayWindow;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.store.Sessions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

final class SessionsTable implements Sessions {
    private static final int REGISTRATION = 1;

    private final Scope scope;
    private final int maxRegistrations;

    SessionsTable(Scope scope, int maxRegistrations) {
        this.scope = scope;
        this.maxRegistrations = maxRegistrations;
    }

    @Override
    public void open(NewSession session, int atMost) {
        if (session.lifetime().compareTo(TransientKeys.LONGEST_LIFE) > 0) {
            throw new IllegalArgumentException("no session lives longer than its key is kept");
        }
        if (session.kind() == REGISTRATION) {
            scope.dialect().takeTurn(scope.handle(), "registration_sessions");
            if (countRegistrations() >= maxRegistrations) {
                deleteExpired();
                closeOldestRegistrations(countRegistrations() + 1 - maxRegistrations);
            }
        }
        makeRoom(session, atMost);
        long now = scope.nowMillis();
        long endsAt = now + session.lifetime().toMillis();
        scope.handle()
                .createUpdate("""
                        INSERT INTO transient.sessions (id, user_id, kind, credential_version, secrets, window_highest,
                            window_seen, idle_ms, opened_at, device_id, last_used_at, ends_at, expires_at)
                        VALUES (:id, :user, :kind, :version, :secrets, :highest, :seen, :idle, :now, :device, :now,
                            :ends, :expires)
                        """)
                .bind("id", session.id().toByteArray())
                .bind("user", session.user().toByteArray())
                .bind("kind", session.kind())
                .bind("version", session.credentialVersion())
                .bind(
                        "secrets",
                        scope.passing()
                                .seal(
                                        cell(session.user(), session.id()),
                                        session.secrets().exposed()))
                .bind("highest", ReplayWindow.EMPTY.highest())
                .bind("seen", ReplayWindow.EMPTY.seenBits())
                .bind("idle", session.idle().toMillis())
                .bind("now", now)
                .bind("device", session.device().map(DeviceId::toByteArray).orElse(null))
                .bind("ends", endsAt)
                .bind("expires", Math.min(endsAt, now + session.idle().toMillis()))
                .execute();
    }

    @Override
    public boolean isOpen(SessionId id) {
        return scope.handle()
                .createQuery("SELECT 1 FROM transient.sessions WHERE id = :id AND expires_at > :now")
                .bind("id", id.toByteArray())
                .bind("now", scope.nowMillis())
                .mapTo(int.class)
                .findOne()
                .isPresent();
    }

    @Override
    public Optional<OpenSession> find(SessionId id) {
        return scope.handle()
                .createQuery("""
                        SELECT user_id, kind, credential_version, secrets, window_highest, window_seen
                        FROM transient.sessions WHERE id = :id AND expires_at > :now <lock>
                        """)
                .define("lock", scope.dialect().lock())
                .bind("id", id.toByteArray())
                .bind("now", scope.nowMillis())
                .map((row, context) -> openSession(id, row))
                .findOne();
    }

    @Override
    public boolean advance(SessionId id, ReplayWindow expected, ReplayWindow next) {
        int changed = scope.handle()
                .createUpdate("""
                        UPDATE transient.sessions
                        SET window_highest = :nextHighest, window_seen = :nextSeen, last_used_at = :now,
                            expires_at = CASE WHEN :now + idle_ms < ends_at THEN :now + idle_ms ELSE ends_at END
                        WHERE id = :id AND expires_at > :now AND window_highest = :highest AND window_seen = :seen
                        """)
                .bind("nextHighest", next.highest())
                .bind("nextSeen", next.seenBits())
                .bind("now", scope.nowMillis())
                .bind("id", id.toByteArray())
                .bind("highest", expected.highest())
                .bind("seen", expected.seenBits())
                .execute();
        return changed == 1;
    }

    @Override
    public boolean close(SessionId id) {
        scope.handle()
                .createUpdate("DELETE FROM transient.password_changes WHERE id = :id")
                .bind("id", id.toByteArray())
                .execute();
        boolean alive = scope.handle()
                .createQuery("DELETE FROM transient.sessions WHERE id = :id RETURNING expires_at > :now")
                .bind("id", id.toByteArray())
                .bind("now", scope.nowMillis())
                .mapTo(boolean.class)
                .findOne()
                .orElse(false);
        return alive;
    }

    @Override
    public boolean close(UserId user, SessionId id) {
        boolean listed = scope.handle()
                .createQuery("""
                        SELECT 1 FROM transient.sessions
                        WHERE id = :id AND user_id = :user AND kind <> :registration AND expires_at > :now
                        """)
                .bind("id", id.toByteArray())
                .bind("user", user.toByteArray())
                .bind("registration", REGISTRATION)
                .bind("now", scope.nowMillis())
                .mapTo(int.class)
                .findOne()
                .isPresent();
        // Neither owner nor kind of a session ever change, so only its end can come between the two; that counts.
        return listed && close(id);
    }

    @Override
    public void setDevice(SessionId id, DeviceId device) {
        scope.handle()
                .createUpdate("UPDATE transient.sessions SET device_id = :device WHERE id = :id")
                .bind("device", device.toByteArray())
                .bind("id", id.toByteArray())
                .execute();
    }

    @Override
    public List<Listed> listOf(UserId user) {
        return scope.handle()
                .createQuery("""
                        SELECT id, kind, opened_at, last_used_at, device_id FROM transient.sessions
                        WHERE user_id = :user AND kind <> :registration AND expires_at > :now
                        ORDER BY opened_at, number
                        """)
                .bind("user", user.toByteArray())
                .bind("registration", REGISTRATION)
                .bind("now", scope.nowMillis())
                .map((row, context) -> new Listed(
                        SessionId.of(row.getBytes("id")),
                        row.getInt("kind"),
                        row.getLong("opened_at"),
                        row.getLong("last_used_at"),
                        Optional.ofNullable(row.getBytes("device_id")).map(DeviceId::of)))
                .list();
    }

    @Override
    public void closeAllOf(UserId user) {
        scope.handle().createUpdate("""
                        DELETE FROM transient.password_changes
                        WHERE id IN (SELECT id FROM transient.sessions WHERE user_id = :user)
                        """).bind("user", user.toByteArray()).execute();
        scope.handle()
                .createUpdate("DELETE FROM transient.sessions WHERE user_id = :user")
                .bind("user", user.toByteArray())
                .execute();
    }

    @Override
    public Ended endOpenedUntil(long unixMillis, int atMost) {
        List<Row> rows = scope.handle()
                .createQuery("""
                        SELECT id, kind FROM transient.sessions WHERE opened_at <= :until
                        ORDER BY number LIMIT :most <lock>
                        """)
                .define("lock", scope.dialect().lock())
                .bind("until", unixMillis)
                .bind("most", atMost)
                .map((row, context) -> new Row(SessionId.of(row.getBytes("id")), row.getInt("kind")))
                .list();
        int loggedIn = 0;
        for (Row row : rows) {
            loggedIn += close(row.id()) && row.kind() != REGISTRATION ? 1 : 0;
        }
        return new Ended(rows.size(), loggedIn);
    }

    private record Row(SessionId id, int kind) {}

    void deleteExpired() {
        scope.handle()
                .createUpdate("""
                        DELETE FROM transient.sessions WHERE id IN (
                            SELECT id FROM transient.sessions WHERE expires_at <= :now <lockFree>)
                        """)
                .define("lockFree", scope.dialect().lockFree())
                .bind("now", scope.nowMillis())
                .execute();
    }

    private void closeOldestRegistrations(int count) {
        scope.handle()
                .createUpdate("""
                        WITH oldest AS MATERIALIZED (
                            SELECT number FROM transient.sessions WHERE kind = :registration
                            ORDER BY ends_at LIMIT :count <lockFree>)
                        DELETE FROM transient.sessions WHERE number IN (SELECT number FROM oldest)
                        """)
                .define("lockFree", scope.dialect().lockFree())
                .bind("registration", REGISTRATION)
                .bind("count", Math.max(0, count))
                .execute();
    }

    private int countRegistrations() {
        return scope.handle()
                .createQuery("SELECT count(*) FROM transient.sessions WHERE kind = :registration")
                .bind("registration", REGISTRATION)
                .mapTo(int.class)
                .one();
    }

    /**
     * Leaves room for one more; those that have expired make it first. Registration sessions are counted apart: anybody
     * can open one in the name of any user id, and must not push out its owner's.
     */
    private void makeRoom(NewSession session, int atMost) {
        List<Long> numbers = scope.handle()
                .createQuery("""
                        SELECT number FROM transient.sessions
                        WHERE user_id = :user AND (kind = :registration) = :isRegistration
                        ORDER BY expires_at > :now DESC, last_used_at DESC, number DESC
                        LIMIT :all OFFSET :kept
                        """)
                .bind("now", scope.nowMillis())
                .bind("user", session.user().toByteArray())
                .bind("registration", REGISTRATION)
                .bind("isRegistration", session.kind() == REGISTRATION)
                .bind("all", Integer.MAX_VALUE)
                .bind("kept", atMost - 1)
                .mapTo(long.class)
                .list();
        for (long number : numbers) {
            scope.handle()
                    .createUpdate("DELETE FROM transient.sessions WHERE number = :number")
                    .bind("number", number)
                    .execute();
        }
    }

    private OpenSession openSession(SessionId id, ResultSet row) throws SQLException {
        UserId user = UserId.of(row.getBytes("user_id"));
        return new OpenSession(
                id,
                user,
                row.getInt("kind"),
                row.getLong("credential_version"),
                scope.passing().open(cell(user, id), row.getBytes("secrets")),
                new ReplayWindow(row.getLong("window_highest"), row.getLong("window_seen")));
    }

    private static Cell cell(UserId user, SessionId id) {
        return Cell.of("sessions", "secrets").owner(user).row(id.toByteArray());
    }
}
