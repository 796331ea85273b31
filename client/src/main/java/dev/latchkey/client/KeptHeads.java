package dev.latchkey.client;

import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The newest verified head of a log, and of those before it the ones that an answer may yet be held against.
 *
 * <p>An open mark keeps what comes after it, but of a log that grows past it without end only the newest {@value #MAX_KEPT}
 * heads, and the few that come with an answer to a request sent from there. Not safe for use by several threads.
 */
final class KeptHeads {

    /** How far back a log is remembered for the sake of open marks: more than can be written while a request is under way. */
    static final int MAX_KEPT = 1 << 16;

    private final NavigableMap<Long, AuditHead> heads = new TreeMap<>();
    private final NavigableMap<Long, Integer> marks = new TreeMap<>();
    /** From here on everything is kept. */
    private long floor;

    KeptHeads(AuditHead head) {
        heads.put(head.n(), head);
        floor = head.n();
    }

    AuditHead tip() {
        return heads.lastEntry().getValue();
    }

    /** The head after entry {@code n}, or null if it is not kept. */
    AuditHead get(long n) {
        return heads.get(n);
    }

    /** Whether the head after entry {@code n} would be kept for a mark, had the log not grown so far. */
    boolean hasForgotten(long n) {
        return n < floor && marks.floorKey(n) != null && !heads.containsKey(n);
    }

    /** Takes in the next one. */
    void add(AuditHead head) {
        heads.put(head.n(), head);
    }

    int size() {
        return heads.size();
    }

    void mark(AuditHead head) {
        marks.merge(head.n(), 1, Integer::sum);
    }

    void unmark(AuditHead head) {
        marks.computeIfPresent(head.n(), (n, count) -> count == 1 ? null : count - 1);
    }

    /** Forgets what no mark needs, and gives the number of the entry from which on everything is kept. */
    long forget() {
        long tip = tip().n();
        long marked = marks.isEmpty() ? tip : Math.min(tip, marks.firstKey());
        floor = Math.max(marked, tip - MAX_KEPT);
        heads.headMap(floor).keySet().removeIf(n -> !comesWithAnAnswer(n));
        return floor;
    }

    private boolean comesWithAnAnswer(long n) {
        Long mark = marks.floorKey(n);
        return mark != null && n - mark <= VerifiedLog.MAX_WITH_HEAD;
    }
}
