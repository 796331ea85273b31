package dev.latchkey.server.store;

import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.AuditOutcome;
import dev.latchkey.protocol.UserId;
import java.util.List;

/** Each owner's append-only chain. */
public interface AuditLog {
    /** Appends as entry n + 1 and returns the new head, in the transaction of what it reports. */
    Head append(UserId user, Event event);

    Head head(UserId user);

    /** Entries from number {@code from} on, at most {@code limit}. */
    List<AuditEntry> page(UserId user, long from, int limit);

    /** @param head 32 bytes, after entry {@code n} */
    record Head(long n, byte[] head) {}

    /**
     * What an entry reports.
     *
     * @param unixMillis when it happened
     * @param keyId 16 bytes, zeros if absent
     * @param sessionId 16 bytes, zeros if absent
     * @param object 32 bytes, zeros if absent
     */
    record Event(
            long unixMillis, AuditAction action, AuditOutcome outcome, byte[] keyId, byte[] sessionId, byte[] object) {}
}
