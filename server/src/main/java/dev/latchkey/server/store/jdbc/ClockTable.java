package dev.latchkey.server.store.jdbc;

/**
 * Where the clock stood when it was last looked at. Time that is set back would let everything that ends at a time live longer
 * by as much: so what was begun under the old time is moved with it. Time that is set on ends things early, and is not told
 * from time that has passed.
 */
final class ClockTable {
    /** Transactions that begin side by side do not agree to the millisecond. */
    private static final long LEAST_STEP_MILLIS = 1000;

    private static final String[] WAITING = {
        "pending_registrations", "handshakes", "registration_handshakes", "password_changes"
    };

    private final Scope scope;

    ClockTable(Scope scope) {
        this.scope = scope;
    }

    /** Looks at the clock, and moves what waits and what is open if it was set back since. */
    void follow() {
        long now = scope.nowMillis();
        scope.handle()
                .createUpdate("INSERT INTO transient.turns (name, taken) VALUES ('clock', :now) ON CONFLICT DO NOTHING")
                .bind("now", now)
                .execute();
        long seen = scope.handle()
                .createQuery("SELECT taken FROM transient.turns WHERE name = 'clock' <lock>")
                .define("lock", scope.dialect().lock())
                .mapTo(long.class)
                .one();
        if (seen - now >= LEAST_STEP_MILLIS) {
            moveBack(now, seen - now);
        }
        scope.handle()
                .createUpdate("UPDATE transient.turns SET taken = :now WHERE name = 'clock'")
                .bind("now", now)
                .execute();
    }

    /** What was begun since, under the new time, is not ahead of it and stays as it is. */
    private void moveBack(long now, long step) {
        for (String table : WAITING) {
            scope.handle()
                    .createUpdate("UPDATE transient.<table> SET expires_at = expires_at - :step"
                            + " WHERE expires_at > :now + :step / 2")
                    .define("table", table)
                    .bind("now", now)
                    .bind("step", step)
                    .execute();
        }
        // One that was used since has an end of idleness under the new time, and its last end under the old one.
        scope.handle().createUpdate("""
                        UPDATE transient.sessions SET
                            expires_at = CASE
                                WHEN last_used_at > :now THEN expires_at - :step
                                WHEN expires_at > ends_at - :step THEN ends_at - :step
                                ELSE expires_at END,
                            last_used_at = CASE WHEN last_used_at > :now THEN last_used_at - :step ELSE last_used_at END,
                            opened_at = opened_at - :step,
                            ends_at = ends_at - :step
                        WHERE opened_at > :now
                        """).bind("now", now).bind("step", step).execute();
    }
}
