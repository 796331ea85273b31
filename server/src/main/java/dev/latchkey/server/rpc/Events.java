package dev.latchkey.server.rpc;

import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditOutcome;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.server.store.AuditLog;
import java.nio.ByteBuffer;

/** Writes an audit event; what is not said stays zero. */
final class Events {
    private final long unixMillis;
    private final AuditAction action;
    private final AuditOutcome outcome;
    private byte[] keyId = new byte[KeyId.BYTES];
    private byte[] sessionId = new byte[SessionId.BYTES];
    private byte[] object = new byte[32];

    private Events(long unixMillis, AuditAction action, AuditOutcome outcome) {
        this.unixMillis = unixMillis;
        this.action = action;
        this.outcome = outcome;
    }

    static Events of(long unixMillis, AuditAction action, AuditOutcome outcome) {
        return new Events(unixMillis, action, outcome);
    }

    Events key(KeyId id) {
        keyId = id.toByteArray();
        return this;
    }

    Events session(SessionId id) {
        sessionId = id.toByteArray();
        return this;
    }

    /** @param hash 32 bytes */
    Events object(byte[] hash) {
        object = hash.clone();
        return this;
    }

    /** A number in the object's place, as I2OSP(count, 32). */
    Events count(long count) {
        object = ByteBuffer.allocate(32).putLong(24, count).array();
        return this;
    }

    AuditLog.Event event() {
        return new AuditLog.Event(unixMillis, action, outcome, keyId, sessionId, object);
    }
}
