package dev.latchkey.client;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.AuditOutcome;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.SessionId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What an account's log says is stored: for every secret the number of the entry that created it and its newest {@code
 * object}, and the object of the encrypted storage key.
 *
 * <p>It also knows what it said a few entries ago, back to what {@link #forgetBefore} was last told: an answer is held
 * against the log as it was when the server gave it, also when others have come since. Asked about what was before, it throws
 * {@code UNREACHABLE}. Not safe for several threads.
 */
final class AuditIndex {

    /** The most deleted key ids that are kept in mind. More than a million entries tell of so many; of more, the newest are kept. */
    static final int MAX_DELETED = 1 << 19;

    /**
     * A living secret.
     *
     * @param previous the object before this one; {@link LoggedObject#NONE} if this is the first
     */
    record Line(KeyId keyId, long created, LoggedObject object, LoggedObject previous) {}

    private record Change(long n, Course course) {}

    private final Map<KeyId, Course> secrets = new HashMap<>();
    private final NavigableMap<Long, Course> byCreation = new TreeMap<>();
    /** In the order of their deletion. */
    private final Set<KeyId> deleted = new LinkedHashSet<>();

    private final Course storageKey = new Course(null, 0);
    /** The entries that an answer to who caused them is held against. */
    private final NavigableMap<Long, AuditEntry> deeds = new TreeMap<>();

    private final DeviceIndex devices;
    private final Deque<Change> changes = new ArrayDeque<>();
    private int living;
    /** What was before the entry of this number is not known. */
    private long floor;

    /** Of a log without entries. */
    AuditIndex() {
        devices = new DeviceIndex(0, List.of());
    }

    /** Of a log of {@code n} entries, with the {@code living} secrets, oldest first, and the devices. */
    AuditIndex(
            long n, LoggedObject storageKeyObject, List<Line> living, List<KeyId> deleted, List<LoggedObject> devices) {
        this.deleted.addAll(deleted);
        this.devices = new DeviceIndex(n, devices);
        storageKey.add(n, storageKeyObject);
        for (Line line : living) {
            Course course = Course.of(line);
            secrets.put(line.keyId(), course);
            byCreation.put(line.created(), course);
        }
        this.living = living.size();
        this.floor = n;
    }

    /**
     * Takes in the next entry.
     *
     * @throws KeyClientException {@code INTEGRITY} if it can't follow on those before it
     */
    void apply(AuditEntry entry) throws KeyClientException {
        if (entry.action().isEmpty() || entry.outcomeCode() != AuditOutcome.DONE.code()) {
            return;
        }
        switch (entry.action().get()) {
            case ACCOUNT_REGISTERED -> add(storageKey, entry, object(entry));
            case PASSWORD_CHANGED -> {
                add(storageKey, entry, object(entry));
                devices.removeAll(entry);
            }
            case SECRET_STORED, SECRET_GENERATED_AT_SERVER -> create(entry);
            case SECRET_REPLACED, SECRET_RENAMED -> add(living(entry), entry, object(entry));
            case SECRET_DELETED -> {
                Course course = living(entry);
                add(course, entry, null);
                deleted.add(course.keyId());
                living--;
                if (deleted.size() > MAX_DELETED) {
                    deleted.remove(deleted.iterator().next());
                }
            }
            case SECRET_RETRIEVED_LOCAL_USE, SECRET_RETRIEVED_EXPORT, SESSION_CLOSED_BY_OWNER ->
                deeds.put(entry.n(), entry);
            case DEVICE_ADDED -> devices.add(entry);
            case DEVICE_REVOKED -> {
                devices.remove(entry);
                deeds.put(entry.n(), entry);
            }
            default -> {
                // Says nothing about what is stored.
            }
        }
    }

    private void create(AuditEntry entry) throws KeyClientException {
        KeyId keyId = entry.keyId().orElseThrow(AuditIndex::impossible);
        if (secrets.containsKey(keyId) || deleted.contains(keyId) || living == KeySession.MAX_SECRETS) {
            throw impossible();
        }
        Course course = new Course(keyId, entry.n());
        add(course, entry, object(entry));
        secrets.put(keyId, course);
        byCreation.put(entry.n(), course);
        living++;
    }

    private Course living(AuditEntry entry) throws KeyClientException {
        Course course = secrets.get(entry.keyId().orElseThrow(AuditIndex::impossible));
        if (course == null || course.last() == null) {
            throw impossible();
        }
        return course;
    }

    private void add(Course course, AuditEntry entry, LoggedObject object) {
        course.add(entry.n(), object);
        changes.add(new Change(entry.n(), course));
    }

    private static LoggedObject object(AuditEntry entry) throws KeyClientException {
        return new LoggedObject(entry.object().orElseThrow(AuditIndex::impossible));
    }

    private static KeyClientException impossible() {
        return new KeyClientException(
                Reason.INTEGRITY,
                "The account's log at the server says something that can't have happened, so nothing of it was used. "
                        + "Ask the server's operator.");
    }

    /** The object of a secret after entry {@code n}, or null if there was none then. */
    LoggedObject at(KeyId keyId, long n) throws KeyClientException {
        requireKept(n);
        Course course = secrets.get(keyId);
        return course == null ? null : course.at(n);
    }

    /** Whether the secret had this object after one of the entries after {@code after}; null stands for any. */
    boolean hadSince(KeyId keyId, LoggedObject object, long after) throws KeyClientException {
        requireKept(after);
        Course course = secrets.get(keyId);
        return course != null && course.hadSince(object, after);
    }

    /** The object of a secret before the one of {@link #at}, which is not null. */
    LoggedObject previousAt(KeyId keyId, long n) throws KeyClientException {
        requireKept(n);
        return secrets.get(keyId).previousAt(n);
    }

    /**
     * What the session did after entry {@code after}, up to {@code n}: secrets it retrieved, devices it revoked, other
     * sessions it closed.
     */
    List<AuditEntry> deeds(SessionId session, long after, long n) throws KeyClientException {
        requireKept(after);
        return deeds.subMap(after, false, n, true).values().stream()
                .filter(entry -> entry.sessionId().equals(Optional.of(session)))
                .toList();
    }

    /** The devices after entry {@code n}, the oldest ticket first. */
    List<LoggedObject> devicesAt(long n) throws KeyClientException {
        requireKept(n);
        return devices.at(n);
    }

    /** The object of the encrypted storage key after entry {@code n}, or null before the first. */
    LoggedObject storageKeyAt(long n) throws KeyClientException {
        requireKept(n);
        return storageKey.at(n);
    }

    /** The secrets that were there after entry {@code n} and were created after entry {@code after}, oldest first. */
    List<Line> livingAfter(long after, long n, int limit) throws KeyClientException {
        requireKept(n);
        List<Line> lines = new ArrayList<>();
        for (Course course : byCreation.tailMap(after, false).values()) {
            if (course.created() > n || lines.size() == limit) {
                break;
            }
            LoggedObject object = course.at(n);
            if (object != null) {
                lines.add(new Line(course.keyId(), course.created(), object, course.previousAt(n)));
            }
        }
        return lines;
    }

    /** The newest {@code limit} key ids that were deleted and never come back, in the order of their deletion. */
    List<KeyId> deleted(int limit) {
        return deleted.stream().skip(Math.max(0, deleted.size() - limit)).toList();
    }

    /** Forgets what was over before entry {@code n}: nothing older is asked for from now on. */
    void forgetBefore(long n) {
        floor = n;
        deeds.headMap(n, true).clear();
        devices.forgetBefore(n);
        while (!changes.isEmpty() && changes.peek().n() <= n) {
            Course course = changes.remove().course();
            course.forgetBefore(n);
            if (course.isOver(n)) {
                secrets.remove(course.keyId());
                byCreation.remove(course.created());
            }
        }
    }

    private void requireKept(long n) throws KeyClientException {
        if (n < floor) {
            throw overtaken();
        }
    }

    /** What is to be said of an answer from before all that is kept. */
    static KeyClientException overtaken() {
        return new KeyClientException(
                        Reason.UNREACHABLE,
                        "So much was written into the account's log meanwhile that the server's answer can't be held against "
                                + "it any more, so it was not used. Whether what was asked for was done is not known. "
                                + "Look, and try again.")
                .uncertain();
    }
}
