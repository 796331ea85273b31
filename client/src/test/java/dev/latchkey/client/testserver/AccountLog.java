package dev.latchkey.client.testserver;

import com.google.protobuf.ByteString;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditChain;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.AuditOutcome;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.MalformedException;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.AuditHead;
import dev.latchkey.protocol.wire.AuditLogRead;
import dev.latchkey.protocol.wire.ReadAuditLog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** An owner's audit chain, which its server may write anew as it likes. Used under the service's lock. */
public final class AccountLog {

    private static final int MAX_WITH_HEAD = 64;
    private static final int MAX_READ = 8192;
    /** An entry's time is this and its number: later ones are later, and no clock is read. */
    private static final long FIRST_UNIX_MS = 1_800_000_000_000L;

    private final UserId userId;
    private final List<AuditEntry> entries = new ArrayList<>();
    private final List<byte[]> heads = new ArrayList<>();

    AccountLog(UserId userId) {
        this.userId = userId;
        heads.add(AuditChain.start(userId));
    }

    AccountLog copy() {
        AccountLog copy = new AccountLog(userId);
        entries.forEach(copy::append);
        return copy;
    }

    /** Writes an entry and gives its number. */
    long add(AuditAction action, SessionId session, KeyId keyId, byte[] object) {
        long n = n() + 1;
        AuditEntry entry = AuditEntry.of(n, FIRST_UNIX_MS + n, action, AuditOutcome.DONE)
                .withSessionId(session)
                .withObject(object);
        append(keyId == null ? entry : entry.withKeyId(keyId));
        return n;
    }

    /** The number of the last entry. */
    public long n() {
        return entries.size();
    }

    /** Its entries, oldest first. */
    public List<AuditEntry> entries() {
        return List.copyOf(entries);
    }

    /** Makes this the log of {@code others}, numbered and chained as if nothing else had ever been. */
    public void rewrite(List<AuditEntry> others) {
        List<AuditEntry> taken = List.copyOf(others);
        entries.clear();
        heads.subList(1, heads.size()).clear();
        for (AuditEntry entry : taken) {
            append(numbered(entry, n() + 1));
        }
    }

    /** Writes {@code count} entries of logins that failed. */
    public void grow(int count) {
        for (int i = 0; i < count; i++) {
            long n = n() + 1;
            append(AuditEntry.of(n, FIRST_UNIX_MS + n, AuditAction.LOGIN_FAILED, AuditOutcome.NOT_FINISHED));
        }
    }

    /** When the last entry with this action was written, or zero. */
    long lastTimeOf(AuditAction action) {
        return entries.stream()
                .filter(entry -> entry.actionCode() == action.code())
                .mapToLong(AuditEntry::unixMs)
                .max()
                .orElse(0);
    }

    /** Where it stands, with the entries after {@code known}. */
    public AuditHead head(long known) {
        int from = (int) Math.min(known, entries.size());
        int to = Math.min(from + MAX_WITH_HEAD, entries.size());
        return AuditHead.newBuilder()
                .setN(entries.size())
                .setHead(ByteString.copyFrom(heads.get(entries.size())))
                .addAllEntries(encoded(from, to))
                .build();
    }

    /** A page of it, and where it stands. */
    public AuditLogRead read(ReadAuditLog request, long known) {
        int before = (int) Math.min(request.getFrom() - 1, entries.size());
        int to = Math.min(before + Math.min(request.getLimit(), MAX_READ), entries.size());
        return AuditLogRead.newBuilder()
                .setBefore(ByteString.copyFrom(heads.get(before)))
                .addAllEntries(encoded(before, to))
                .setAudit(head(known))
                .build();
    }

    private List<ByteString> encoded(int from, int to) {
        return entries.subList(from, to).stream()
                .map(entry -> ByteString.copyFrom(entry.encode()))
                .toList();
    }

    private void append(AuditEntry entry) {
        entries.add(entry);
        heads.add(AuditChain.next(heads.get(heads.size() - 1), entry));
    }

    private static AuditEntry numbered(AuditEntry entry, long n) {
        try {
            return AuditEntry.parse(
                    ByteBuffer.wrap(entry.encode()).putLong(0, n).array());
        } catch (MalformedException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
