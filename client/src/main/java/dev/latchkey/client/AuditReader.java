package dev.latchkey.client;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.wire.AuditLogRead;
import io.grpc.Deadline;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Reads the account's log from its end.
 *
 * <p>Entries are folded over the head that the server states before them, and must lead to a head that is known. That proves
 * the stated head as well, which the page before then leads to. Safe for use by several threads.
 */
final class AuditReader {

    private final LoggedChannel channel;
    /** Heads that were proven, for the pages that lead to them. */
    private final NavigableMap<Long, AuditHead> proven = new TreeMap<>();

    AuditReader(LoggedChannel channel) {
        this.channel = channel;
    }

    AuditPage read(long before, int limit) throws KeyClientException {
        AuditHead known = knownFrom(before - 1);
        long end = Math.min(before - 1, known.n());
        if (end < 1) {
            return new AuditPage(List.of(), OptionalLong.empty());
        }
        long from = Math.max(1, end - limit + 1);
        Deque<AuditRecord> newestFirst = new ArrayDeque<>();
        AuditHead start = null;
        AuditHead at = null;
        Deadline until = channel.deadlineOfReading();
        for (long next = from; next <= known.n(); next = at.n() + 1) {
            AuditLogRead read = fetch(next, (int) Math.min(LoggedChannel.MAX_READ, known.n() - next + 1), until);
            AuditHead stated = AuditHead.of(next - 1, read.getBefore().toByteArray());
            if (at == null) {
                start = stated;
                at = stated;
            } else if (!at.equals(stated)) {
                throw forged();
            }
            for (AuditEntry entry : LoggedChannel.entries(read.getEntriesList())) {
                if (entry.n() != at.n() + 1) {
                    throw forged();
                }
                at = at.next(entry);
                if (entry.n() <= end) {
                    newestFirst.push(new AuditRecord(entry));
                }
            }
        }
        if (!known.equals(at)) {
            throw forged();
        }
        remember(start);
        return new AuditPage(new ArrayList<>(newestFirst), from == 1 ? OptionalLong.empty() : OptionalLong.of(from));
    }

    /** The head after entry {@code n}, which is not the last, as the newest one proves it. */
    AuditHead headAt(long n) throws KeyClientException {
        // The page of the entry after it.
        read(n + 2, 1);
        synchronized (proven) {
            return proven.get(n);
        }
    }

    private AuditLogRead fetch(long from, int limit, Deadline until) throws KeyClientException {
        VerifiedLog log = channel.log();
        try (VerifiedLog.Mark mark = log.mark()) {
            AuditLogRead read = channel.read(from, limit, mark.head().n(), until);
            if (read.getEntriesCount() != limit) {
                throw forged();
            }
            // Where the log stands is not needed here, but what a server says it must stand by.
            var audit = read.getAudit();
            log.absorb(mark, AuditHead.read(audit), LoggedChannel.entries(audit.getEntriesList()));
            return read;
        }
    }

    /** The first known head at entry {@code n} or after it; the newest if there is none. */
    private AuditHead knownFrom(long n) throws KeyClientException {
        channel.catchUp();
        if (n > channel.log().tip().n()) {
            channel.refresh().close();
        }
        AuditHead tip = channel.log().tip();
        synchronized (proven) {
            var known = n > tip.n() ? null : proven.ceilingEntry(n);
            return known == null ? tip : known.getValue();
        }
    }

    private void remember(AuditHead head) {
        if (head != null) {
            synchronized (proven) {
                proven.put(head.n(), head);
            }
        }
    }

    private static KeyClientException forged() {
        return new KeyClientException(
                Reason.INTEGRITY,
                "The entries that the server gave do not lead to the head of the account's log: something was left out, "
                        + "added or changed. They were not used. Ask the server's operator.");
    }
}
