package dev.latchkey.client;

import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.AuditOutcome;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.SessionId;
import java.time.Instant;
import java.util.Optional;

/** One entry of an account's log, as the server wrote it. */
public final class AuditRecord {

    private final AuditEntry entry;

    AuditRecord(AuditEntry entry) {
        this.entry = entry;
    }

    /** Its number, from 1. */
    public long n() {
        return entry.n();
    }

    /** When it happened, by the server's clock. */
    public Instant time() {
        return Instant.ofEpochMilli(entry.unixMs());
    }

    /** The number of what happened, known to this version or not. */
    public int actionCode() {
        return entry.actionCode();
    }

    /** The number of how it ended, known to this version or not. */
    public int outcomeCode() {
        return entry.outcomeCode();
    }

    /** What happened, if this version knows it. */
    public Optional<AuditAction> action() {
        return entry.action();
    }

    /** How it ended, if this version knows it. */
    public Optional<AuditOutcome> outcome() {
        return entry.outcome();
    }

    /** The secret it is about, if any. */
    public Optional<KeyId> keyId() {
        return entry.keyId();
    }

    /** The session it happened in, if any. */
    public Optional<SessionId> sessionId() {
        return entry.sessionId();
    }

    /** The 32 bytes that say which state was stored, if any was, or a count of failures; a new array at each call. */
    public Optional<byte[]> object() {
        return entry.object();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AuditRecord that && entry.equals(that.entry);
    }

    @Override
    public int hashCode() {
        return entry.hashCode();
    }

    @Override
    public String toString() {
        return entry.toString();
    }
}
