package dev.latchkey.client;

import dev.latchkey.protocol.KeyId;
import java.util.ArrayList;
import java.util.List;

/** One thing's objects, oldest first, each from some entry on; null is "deleted". Not safe for several threads. */
final class Course {

    private final KeyId keyId;
    private final long created;
    private final List<Long> from = new ArrayList<>(1);
    private final List<LoggedObject> objects = new ArrayList<>(1);
    /** The one before the first of those. */
    private LoggedObject earlier = LoggedObject.NONE;

    /** Of a secret, or of what is none, whose {@code keyId} is null. */
    Course(KeyId keyId, long created) {
        this.keyId = keyId;
        this.created = created;
    }

    static Course of(AuditIndex.Line line) {
        Course course = new Course(line.keyId(), line.created());
        course.earlier = line.previous();
        course.add(line.created(), line.object());
        return course;
    }

    KeyId keyId() {
        return keyId;
    }

    long created() {
        return created;
    }

    void add(long n, LoggedObject object) {
        from.add(n);
        objects.add(object);
    }

    LoggedObject at(long n) {
        for (int i = from.size() - 1; i >= 0; i--) {
            if (from.get(i) <= n) {
                return objects.get(i);
            }
        }
        return null;
    }

    /** The object before {@link #at}, where that is not null. */
    LoggedObject previousAt(long n) {
        LoggedObject previous = earlier;
        for (int i = 1; i < from.size() && from.get(i) <= n; i++) {
            previous = objects.get(i - 1);
        }
        return previous;
    }

    boolean hadSince(LoggedObject object, long after) {
        for (int i = 0; i < from.size(); i++) {
            LoggedObject there = objects.get(i);
            if (from.get(i) > after && there != null && (object == null || there.equals(object))) {
                return true;
            }
        }
        return false;
    }

    LoggedObject last() {
        return objects.isEmpty() ? null : objects.get(objects.size() - 1);
    }

    /** Whether it is of a secret that was deleted at entry {@code n} or before, as far back as this goes. */
    boolean isOver(long n) {
        return keyId != null && from.get(0) <= n && objects.get(0) == null;
    }

    /** Drops what was over before {@code n}. */
    void forgetBefore(long n) {
        int first = 0;
        while (first + 1 < from.size() && from.get(first + 1) <= n) {
            first++;
        }
        if (first > 0) {
            earlier = objects.get(first - 1);
        }
        from.subList(0, first).clear();
        objects.subList(0, first).clear();
    }
}
