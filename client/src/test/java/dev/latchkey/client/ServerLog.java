package dev.latchkey.client;

import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.AuditOutcome;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.UserId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A log as a server writes it, to be shown to a {@link VerifiedLog}. */
final class ServerLog {

    static final UserId USER =
            UserId.of(new byte[] {1, 2, 3, 4, 5, 6, 0x47, 8, (byte) 0x89, 10, 11, 12, 13, 14, 15, 16});

    private final List<AuditEntry> entries = new ArrayList<>();
    private final List<AuditHead> heads = new ArrayList<>(List.of(AuditHead.start(USER)));

    /** The log of a new account. */
    static ServerLog registered() {
        ServerLog log = new ServerLog();
        log.add(AuditAction.ACCOUNT_REGISTERED, null, object(1));
        return log;
    }

    /** The same log, which then goes its own way. */
    ServerLog fork() {
        ServerLog fork = new ServerLog();
        entries.forEach(fork::add);
        return fork;
    }

    void add(AuditAction action, KeyId keyId, byte[] object) {
        add(entry(n() + 1, action, keyId, object));
    }

    static AuditEntry entry(long n, AuditAction action, KeyId keyId, byte[] object) {
        AuditEntry entry = AuditEntry.of(n, 1_800_000_000_000L + n - 1, action, AuditOutcome.DONE);
        entry = keyId == null ? entry : entry.withKeyId(keyId);
        return object == null ? entry : entry.withObject(object);
    }

    void add(AuditEntry entry) {
        entries.add(entry);
        heads.add(head().next(entry));
    }

    long n() {
        return entries.size();
    }

    AuditHead head() {
        return heads.get(heads.size() - 1);
    }

    AuditHead head(long n) {
        return heads.get((int) n);
    }

    /** At most so many entries after number {@code known}. */
    List<AuditEntry> after(long known, int limit) {
        int from = (int) Math.min(known, n());
        return List.copyOf(entries.subList(from, (int) Math.min(n(), from + (long) limit)));
    }

    static KeyId keyId(int number) {
        return KeyId.of(ByteBuffer.allocate(16).putInt(12, number).array());
    }

    static byte[] object(int number) {
        return ByteBuffer.allocate(32).putInt(28, number).array();
    }
}
