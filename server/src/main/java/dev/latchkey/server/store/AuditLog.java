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

    /**
     * The head before entry {@code n}, 32 bytes.
     *
     * @param n from 1 to one more than the last entry's number
     * @throws IllegalStateException if the chain has no such place
     */
    byte[] headBefore(UserId user, long n);

    /** Entries from number {@code from} on, at most {@code limit}. */
    List<AuditEntry> page(UserId user, long from, int limit);

    /** Where a chain stands. */
    final class Head {
        private final long n;
        private final byte[] head;

        public Head(long n, byte[] head) {
            this.n = n;
            this.head = head;
        }

        /** Number of the last entry, 0 for an empty chain. */
        public long n() {
            return n;
        }

        /** 32 bytes, after entry {@link #n()}. */
        public byte[] head() {
            return head;
        }
    }

    /** What an entry reports. */
    final class Event {
        private final long unixMillis;
        private final AuditAction action;
        private final AuditOutcome outcome;
        private final byte[] keyId;
        private final byte[] sessionId;
        private final byte[] object;

        public Event(
                long unixMillis,
                AuditAction action,
                AuditOutcome outcome,
                byte[] keyId,
                byte[] sessionId,
                byte[] object) {
            this.unixMillis = unixMillis;
            this.action = action;
            this.outcome = outcome;
            this.keyId = keyId;
            this.sessionId = sessionId;
            this.object = object;
        }

        /** When it happened. */
        public long unixMillis() {
            return unixMillis;
        }

        public AuditAction action() {
            return action;
        }

        public AuditOutcome outcome() {
            return outcome;
        }

        /** 16 bytes, zeros if absent. */
        public byte[] keyId() {
            return keyId;
        }

        /** 16 bytes, zeros if absent. */
        public byte[] sessionId() {
            return sessionId;
        }

        /** 32 bytes, zeros if absent. */
        public byte[] object() {
            return object;
        }
    }
}
