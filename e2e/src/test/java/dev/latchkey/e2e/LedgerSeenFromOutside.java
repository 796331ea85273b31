package dev.latchkey.e2e;

import com.google.protobuf.ByteString;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** The attempts at one name as they stand in the database: which took a unit, when, in the order they did. */
final class LedgerSeenFromOutside {
    private final Map<ByteString, Long> attempts = new LinkedHashMap<>();

    private LedgerSeenFromOutside() {}

    /** @param any a session whose KE2 somebody has got, by which the name is known in the database */
    static LedgerSeenFromOutside of(TestStore store, ByteString any) throws SQLException {
        LedgerSeenFromOutside seen = new LedgerSeenFromOutside();
        try (Connection connection = store.look();
                PreparedStatement statement = connection.prepareStatement("""
                        SELECT handshake_id, begun_at FROM failed_attempts WHERE name_tag = (
                            SELECT name_tag FROM failed_attempts WHERE handshake_id = ?)
                        ORDER BY id
                        """)) {
            statement.setBytes(1, any.toByteArray());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    seen.attempts.put(ByteString.copyFrom(rows.getBytes(1)), rows.getLong(2));
                }
            }
        }
        return seen;
    }

    Set<ByteString> attempts() {
        return attempts.keySet();
    }

    /** When the budget is full again, from the times at which units were taken alone. */
    long fullAt(long interval) {
        long fullAt = 0;
        for (long at : attempts.values()) {
            fullAt = Math.max(fullAt, at) + interval;
        }
        return fullAt;
    }

    /**
     * Which of the units taken was not there to be taken, counted from 1.
     *
     * @param heldSince when, at the earliest, one more was taken that was given back meanwhile: while it was out, what would
     *     have been full filled up by up to that one
     */
    OptionalInt firstBeyond(int capacity, long interval, OptionalLong heldSince) {
        long fullAt = heldSince.orElse(0);
        int number = 0;
        for (long at : attempts.values()) {
            number++;
            fullAt = Math.max(fullAt, heldSince.isPresent() ? at - interval : at) + interval;
            if (fullAt > at + capacity * interval) {
                return OptionalInt.of(number);
            }
        }
        return OptionalInt.empty();
    }
}
