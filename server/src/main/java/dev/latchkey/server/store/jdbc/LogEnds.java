package dev.latchkey.server.store.jdbc;

import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.store.AuditLog.Head;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the logs of owners that a transaction holds stand, and what it has appended to them, so that it need not ask the
 * database again: as long as it holds them, nobody else moves them.
 */
final class LogEnds {
    private final Map<UserId, LogEnd> ends = new HashMap<>();

    private static final class LogEnd {
        private final List<AuditEntry> appended = new ArrayList<>();
        private Head head;

        LogEnd(Head head) {
            this.head = head;
        }
    }

    /** The database says so of an owner who is held. */
    void stands(UserId user, Head head) {
        ends.putIfAbsent(user, new LogEnd(head));
    }

    /** An entry was appended for an owner who is held. */
    void appended(UserId user, AuditEntry entry, Head next) {
        LogEnd end = ends.computeIfAbsent(user, unknown -> new LogEnd(next));
        end.appended.add(entry);
        end.head = next;
    }

    /** The owner's log is no more. */
    void forget(UserId user) {
        ends.remove(user);
    }

    Optional<Head> head(UserId user) {
        return Optional.ofNullable(ends.get(user)).map(end -> end.head);
    }

    /** The entries from number {@code from} on, if all of them were appended in this transaction. */
    Optional<List<AuditEntry>> from(UserId user, long from, int limit) {
        LogEnd end = ends.get(user);
        if (end == null) {
            return Optional.empty();
        }
        long first = end.head.n() + 1 - end.appended.size();
        if (from < first) {
            return Optional.empty();
        }
        return Optional.of(end.appended.stream().skip(from - first).limit(limit).toList());
    }
}
