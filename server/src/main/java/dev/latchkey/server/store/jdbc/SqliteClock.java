package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.store.ClockOffset;
import org.jdbi.v3.core.Handle;

/** The database's own clock, so that all who share a database share a time. */
final class SqliteClock {
    private final ClockOffset offset;

    SqliteClock(ClockOffset offset) {
        this.offset = offset;
    }

    long millis(Handle handle) {
        return offset.millis()
                + handle.createQuery("SELECT CAST(round(unixepoch('now', 'subsec') * 1000) AS INTEGER)")
                        .mapTo(long.class)
                        .one();
    }
}
