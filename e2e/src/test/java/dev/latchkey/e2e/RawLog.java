package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditChain;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.MalformedException;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.AuditHead;
import java.util.ArrayList;
import java.util.List;

/** An owner's log as a client comes to know it: every head it is shown has to follow from the entries it was given. */
final class RawLog {
    private final List<AuditEntry> entries = new ArrayList<>();
    private byte[] head;

    RawLog(UserId user) {
        this.head = AuditChain.start(user);
    }

    /** The number of the last entry that is known. */
    long n() {
        return entries.size();
    }

    byte[] head() {
        return head.clone();
    }

    AuditEntry last() {
        return entries.get(entries.size() - 1);
    }

    List<AuditAction> actions() {
        return entries.stream().map(entry -> entry.action().orElseThrow()).toList();
    }

    /** Takes the entries that came with a head, which must be all there are. */
    void absorb(AuditHead shown) {
        add(shown.getEntriesList());
        assertThat(shown.getN()).isEqualTo(n());
        assertThat(shown.getHead().toByteArray()).isEqualTo(head);
    }

    /** Takes entries that go on from the last one. */
    void add(List<ByteString> encoded) {
        for (ByteString bytes : encoded) {
            AuditEntry entry = parse(bytes);
            assertThat(entry.n()).isEqualTo(n() + 1);
            entries.add(entry);
            head = AuditChain.next(head, entry);
        }
    }

    static AuditEntry parse(ByteString bytes) {
        try {
            return AuditEntry.parse(bytes.toByteArray());
        } catch (MalformedException broken) {
            throw new AssertionError("the server sent no entry", broken);
        }
    }
}
