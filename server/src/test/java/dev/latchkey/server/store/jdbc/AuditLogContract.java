package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditChain;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.AuditOutcome;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.store.AuditLog.Event;
import dev.latchkey.server.store.AuditLog.Head;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

abstract class AuditLogContract extends StoreContract {
    private final TestAccount rosa = TestAccount.random();

    @BeforeEach
    void createAccount() throws Exception {
        run(rosa::createIn);
    }

    private Head append() throws Exception {
        return in(tx -> tx.audit().append(rosa.user, TestAccount.event(tx.nowMillis())));
    }

    private Head head() throws Exception {
        return in(tx -> tx.audit().head(rosa.user));
    }

    private List<AuditEntry> page(UserId user, long from, int limit) throws Exception {
        return in(tx -> tx.audit().page(user, from, limit));
    }

    private byte[] headBefore(long n) throws Exception {
        return in(tx -> tx.audit().headBefore(rosa.user, n));
    }

    @Test
    void append_keepsTheEventAsAnEntry() throws Exception {
        byte[] keyId = TestAccount.bytes(16);
        byte[] sessionId = TestAccount.bytes(16);
        byte[] object = TestAccount.bytes(32);

        run(tx -> tx.audit()
                .append(
                        rosa.user,
                        new Event(1234, AuditAction.LOGIN_FAILED, AuditOutcome.REFUSED, keyId, sessionId, object)));

        AuditEntry entry = page(rosa.user, 1, 10).get(0);
        assertThat(entry.n()).isEqualTo(1);
        assertThat(entry.unixMs()).isEqualTo(1234);
        assertThat(entry.action()).contains(AuditAction.LOGIN_FAILED);
        assertThat(entry.outcome()).contains(AuditOutcome.REFUSED);
        assertThat(entry.keyId()).contains(KeyId.of(keyId));
        assertThat(entry.sessionId()).contains(SessionId.of(sessionId));
        assertThat(entry.object()).contains(object);
    }

    @Test
    void append_absentParts_areAbsent() throws Exception {
        run(tx -> tx.audit()
                .append(
                        rosa.user,
                        new Event(
                                1,
                                AuditAction.SESSION_OPENED,
                                AuditOutcome.DONE,
                                new byte[16],
                                new byte[16],
                                new byte[32])));

        AuditEntry entry = page(rosa.user, 1, 10).get(0);
        assertThat(entry.keyId()).isEmpty();
        assertThat(entry.sessionId()).isEmpty();
        assertThat(entry.object()).isEmpty();
    }

    @Test
    void head_isWhatTheEntriesGive() throws Exception {
        Head last = null;
        for (int i = 0; i < 20; i++) {
            last = append();
        }

        byte[] head = AuditChain.start(rosa.user);
        for (AuditEntry entry : page(rosa.user, 1, 100)) {
            head = AuditChain.next(head, entry);
        }
        Head stored = head();
        assertThat(stored.n()).isEqualTo(20).isEqualTo(last.n());
        assertThat(stored.head()).isEqualTo(head).isEqualTo(last.head());
    }

    @Test
    void append_sideBySide_leavesOneChainWithoutGaps() throws Exception {
        List<Head> heads = sideBySide(times(40, this::append));

        assertThat(heads).extracting(Head::n).doesNotHaveDuplicates();
        byte[] head = AuditChain.start(rosa.user);
        long n = 0;
        for (AuditEntry entry : page(rosa.user, 1, 100)) {
            assertThat(entry.n()).isEqualTo(++n);
            head = AuditChain.next(head, entry);
        }
        assertThat(head().head()).isEqualTo(head);
    }

    @Test
    void append_inATransactionThatFails_leavesTheChain() throws Exception {
        append();
        Head before = head();

        assertThatIllegalStateException()
                .isThrownBy(() -> run(tx -> {
                    tx.audit().append(rosa.user, TestAccount.event(1));
                    throw new IllegalStateException("own");
                }));

        assertThat(head().head()).isEqualTo(before.head());
        assertThat(page(rosa.user, 1, 10)).hasSize(1);
    }

    @Test
    void page_fromANumber_givesThatMany() throws Exception {
        for (int i = 0; i < 5; i++) {
            append();
        }

        assertThat(page(rosa.user, 2, 3)).extracting(AuditEntry::n).containsExactly(2L, 3L, 4L);
        assertThat(page(rosa.user, 6, 3)).isEmpty();
    }

    @Test
    void page_anotherOwners_isTheirs() throws Exception {
        append();
        TestAccount other = TestAccount.random();
        run(other::createIn);

        assertThat(page(other.user, 1, 10)).isEmpty();
    }

    @Test
    void append_noSuchAccount_isACallersBug() {
        TestAccount nobody = TestAccount.random();

        assertThatIllegalStateException()
                .isThrownBy(() -> run(tx -> tx.audit().append(nobody.user, TestAccount.event(1))));
    }

    @Test
    void headBefore_anyEntry_isTheHeadOfTheEntriesBeforeIt() throws Exception {
        for (int i = 0; i < 5; i++) {
            append();
        }

        byte[] head = AuditChain.start(rosa.user);
        for (AuditEntry entry : page(rosa.user, 1, 10)) {
            assertThat(headBefore(entry.n())).isEqualTo(head);
            head = AuditChain.next(head, entry);
        }
        assertThat(headBefore(6)).as("before the entry to come").isEqualTo(head);
    }

    @Test
    void headBefore_anEmptyLogsFirst_isTheStart() throws Exception {
        assertThat(headBefore(1)).isEqualTo(AuditChain.start(rosa.user));
    }

    @Test
    void headBefore_beyondTheEnd_isACallersBug() throws Exception {
        append();

        assertThatIllegalStateException().isThrownBy(() -> headBefore(3));
        assertThatIllegalStateException().isThrownBy(() -> headBefore(0));
    }

    @Test
    void page_theWholeLogAtOnce_givesIt() throws Exception {
        run(tx -> {
            for (int i = 0; i < 300; i++) {
                tx.audit().append(rosa.user, TestAccount.event(i));
            }
        });

        assertThat(page(rosa.user, 1, 8192)).hasSize(300);
    }
}
