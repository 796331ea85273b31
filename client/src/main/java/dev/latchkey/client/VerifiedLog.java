package dev.latchkey.client;

import dev.latchkey.client.AuditIndex.Line;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * An account's log as far as this device has verified it: one chain, on which everything the server says must lie.
 *
 * <p>Requests run side by side, so an answer may be older than others that came before it, or reach further than what is
 * verified yet. Every request starts from a {@link Mark}, its answer is folded from there, and until the mark is closed the
 * log keeps the heads after it: so the answer is compared with what the others showed, entry by entry. A head that can't be
 * reached yet is kept as stated, and compared when it is. An answer from before all that is kept is not believed.
 *
 * <p>Safe for use by several threads; does no I/O.
 */
final class VerifiedLog {

    /** The most entries that come with a head. */
    static final int MAX_WITH_HEAD = 64;

    /** How far a stated head may lie ahead: more entries than the requests of a session can read. */
    static final long MAX_AHEAD = 1L << 23;

    private final UserId userId;
    private final AuditIndex index;
    private final KeptHeads heads;
    private final NavigableMap<Long, AuditHead> stated = new TreeMap<>();
    private AuditHead storageKeyShown;
    private LoggedObject storageKey;
    private Reason contradiction;
    private KeyClientException broken;

    private VerifiedLog(UserId userId, AuditHead head, AuditIndex index, Reason contradiction) {
        this.userId = userId;
        this.index = index;
        this.contradiction = contradiction;
        this.heads = new KeptHeads(head);
    }

    /** Of an account of which nothing is known but its identifier. */
    static VerifiedLog fromTheStart(UserId userId) {
        return new VerifiedLog(userId, AuditHead.start(userId), new AuditIndex(), Reason.INTEGRITY);
    }

    /**
     * As it was remembered.
     *
     * <p>Until {@link #settle} what contradicts it is {@code ROLLED_BACK}, and afterwards {@code INTEGRITY}.
     */
    static VerifiedLog remembered(LogImage image) {
        return new VerifiedLog(image.userId(), image.head(), image.index(), Reason.ROLLED_BACK);
    }

    /** A place in the log, from which it remembers what came until this is closed. */
    final class Mark implements AutoCloseable {

        private final AuditHead head;
        private boolean closed;

        private Mark(AuditHead head) {
            this.head = head;
        }

        AuditHead head() {
            return head;
        }

        @Override
        public void close() {
            synchronized (VerifiedLog.this) {
                if (!closed) {
                    closed = true;
                    heads.unmark(head);
                    forget();
                }
            }
        }
    }

    /** Marks the newest verified entry. */
    synchronized Mark mark() {
        AuditHead tip = tip();
        heads.mark(tip);
        return new Mark(tip);
    }

    /** The newest verified head. */
    synchronized AuditHead tip() {
        return heads.tip();
    }

    /** All there is to remember of it; there must be an entry. */
    synchronized LogImage image() throws KeyClientException {
        AuditHead tip = tip();
        return new LogImage(
                userId,
                tip,
                index.storageKeyAt(tip.n()),
                index.livingAfter(0, tip.n(), Integer.MAX_VALUE),
                index.deleted(LogImage.MAX_DELETED),
                index.devicesAt(tip.n()));
    }

    /** Whether the newest verified head is one that the server has stated, and nothing has spoken against it. */
    synchronized boolean isSound() {
        return stated.isEmpty() && broken == null;
    }

    /** Whether every head that the server has stated was reached. */
    synchronized boolean isComplete() {
        return stated.isEmpty();
    }

    /** The newest head that the server has stated, reached or not. */
    synchronized AuditHead newest() {
        return stated.isEmpty() ? tip() : stated.lastEntry().getValue();
    }

    /** From now on the log was shown to go on from what was remembered. */
    synchronized void settle() {
        contradiction = Reason.INTEGRITY;
    }

    /** Takes down a head that came without all entries up to it; compared at once or when it is reached. */
    synchronized void state(AuditHead head) throws KeyClientException {
        requireUnbroken();
        if (head.n() - tip().n() > MAX_AHEAD) {
            throw new KeyClientException(
                    Reason.INTEGRITY,
                    "The server says that the account's log is longer than any that can be read, so nothing of it was "
                            + "used. Ask the server's operator.");
        }
        if (heads.hasForgotten(head.n())) {
            throw AuditIndex.overtaken();
        }
        AuditHead known = head.n() <= tip().n() ? heads.get(head.n()) : stated.putIfAbsent(head.n(), head);
        if (head.n() <= tip().n() ? !head.equals(known) : known != null && !head.equals(known)) {
            throw contradiction();
        }
    }

    /** Demands that the log had this object for the encrypted storage key at {@code head}, now or when that is reached. */
    synchronized void requireStorageKey(AuditHead head, LoggedObject object) throws KeyClientException {
        storageKeyShown = head;
        storageKey = object;
        checkStorageKey();
    }

    private void checkStorageKey() throws KeyClientException {
        if (storageKeyShown == null || storageKeyShown.n() > tip().n()) {
            return;
        }
        LoggedObject logged = index.storageKeyAt(storageKeyShown.n());
        storageKeyShown = null;
        if (!storageKey.equals(logged)) {
            broken = new KeyClientException(
                    Reason.INTEGRITY,
                    "The encrypted storage key is not the one that the account's log names last: the server brought back "
                            + "an old one, or another. It was not used. Ask the server's operator.");
            throw broken;
        }
    }

    /**
     * Takes in the head of an answer and the entries that came with it.
     *
     * @param from the mark that the request was sent from, still open
     */
    synchronized void absorb(Mark from, AuditHead head, List<AuditEntry> entries) throws KeyClientException {
        long missing = head.n() - from.head().n();
        if (missing < 0) {
            throw contradiction();
        }
        if (entries.size() != Math.min(missing, MAX_WITH_HEAD)) {
            throw Answers.unexpected();
        }
        if (missing > MAX_WITH_HEAD) {
            follow(from.head(), entries, null);
            state(head);
        } else {
            follow(from.head(), entries, head);
        }
    }

    /**
     * Folds entries over a head that is marked and takes in those that are new. What contradicts the log changes nothing of
     * it.
     *
     * @param end where they must lead, or null if that is shown by a stated head
     */
    synchronized void follow(AuditHead from, List<AuditEntry> entries, AuditHead end) throws KeyClientException {
        requireUnbroken();
        long tip = tip().n();
        AuditHead at = from;
        List<AuditHead> fresh = new ArrayList<>();
        for (AuditEntry entry : entries) {
            if (entry.n() != at.n() + 1) {
                throw contradiction();
            }
            at = at.next(entry);
            AuditHead known = at.n() <= tip ? heads.get(at.n()) : stated.get(at.n());
            if (at.n() <= tip ? !at.equals(known) : known != null && !at.equals(known)) {
                throw contradiction();
            }
            if (at.n() > tip) {
                fresh.add(at);
            }
        }
        if (end != null && !at.equals(end)) {
            throw contradiction();
        }
        takeIn(entries.subList(entries.size() - fresh.size(), entries.size()), fresh);
    }

    private void takeIn(List<AuditEntry> entries, List<AuditHead> reached) throws KeyClientException {
        for (int i = 0; i < reached.size(); i++) {
            AuditHead head = reached.get(i);
            try {
                index.apply(entries.get(i));
            } catch (KeyClientException e) {
                broken = contradiction == Reason.ROLLED_BACK ? contradiction() : e;
                throw broken;
            }
            heads.add(head);
            stated.remove(head.n());
            if (storageKeyShown != null && storageKeyShown.n() == head.n()) {
                checkStorageKey();
            }
        }
        forget();
    }

    private void forget() {
        index.forgetBefore(heads.forget());
    }

    /** How many heads are kept. */
    synchronized int kept() {
        return heads.size();
    }

    /** Whether the log has grown so far that it can't tell any more what the head after entry {@code n} was. */
    synchronized boolean hasForgotten(long n) {
        return heads.hasForgotten(n);
    }

    /** The object of a secret after entry {@code n}, or null if there was none then. */
    synchronized LoggedObject at(KeyId keyId, long n) throws KeyClientException {
        return index.at(keyId, n);
    }

    /** Whether the secret had this object, or any if that is null, after an entry after {@code from}, which is still open. */
    synchronized boolean hadSince(KeyId keyId, LoggedObject object, Mark from) throws KeyClientException {
        return index.hadSince(keyId, object, from.head().n());
    }

    /** The object that a secret had before the one of {@link #at}, which is not null. */
    synchronized LoggedObject previousAt(KeyId keyId, long n) throws KeyClientException {
        return index.previousAt(keyId, n);
    }

    /** What the session did after entry {@code after}, up to {@code n}. */
    synchronized List<AuditEntry> deeds(SessionId session, long after, long n) throws KeyClientException {
        return index.deeds(session, after, n);
    }

    /** The devices after entry {@code n}, the oldest ticket first. */
    synchronized List<LoggedObject> devicesAt(long n) throws KeyClientException {
        return index.devicesAt(n);
    }

    /** The object of the encrypted storage key after entry {@code n}. */
    synchronized LoggedObject storageKeyAt(long n) throws KeyClientException {
        return index.storageKeyAt(n);
    }

    /** The secrets that were there after entry {@code n} and were created after entry {@code after}, oldest first. */
    synchronized List<Line> livingAfter(long after, long n, int limit) throws KeyClientException {
        return index.livingAfter(after, n, limit);
    }

    private void requireUnbroken() throws KeyClientException {
        if (broken != null) {
            throw broken.with("", "");
        }
    }

    private KeyClientException contradiction() {
        return contradiction == Reason.ROLLED_BACK
                ? new KeyClientException(
                        Reason.ROLLED_BACK,
                        "The account's log at the server does not go on from what this device has seen of it: the server "
                                + "shows an older or another state. Nothing was used or changed. Ask the server's "
                                + "operator; if a backup was brought back there, accept the change.")
                : new KeyClientException(
                        Reason.INTEGRITY,
                        "The server contradicts what it said before about the account's log. Its answer was not used. Ask "
                                + "the server's operator.");
    }
}
