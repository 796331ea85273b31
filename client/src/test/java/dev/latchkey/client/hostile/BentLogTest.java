package dev.latchkey.client.hostile;

import static dev.latchkey.client.hostile.HostileServer.assertRefused;
import static dev.latchkey.client.hostile.HostileServer.flipped;
import static dev.latchkey.client.hostile.HostileServer.get;
import static dev.latchkey.client.hostile.HostileServer.put;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.latchkey.client.AuditRecord;
import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.testserver.Snapshot;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.AuditOutcome;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.wire.AuditHead;
import dev.latchkey.protocol.wire.AuditLogRead;
import dev.latchkey.protocol.wire.Response;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A server that drops, edits, reorders or truncates the owner's log, or shows another one. */
final class BentLogTest {

    private static final long NEWEST = Long.MAX_VALUE;

    /** More than a client keeps in mind for what is not answered yet. */
    private static final int VERY_MANY = 66_000;

    private final HostileServer server = new HostileServer();
    private final Lies lies = server.lies();
    private KeyClient device;
    private KeySession session;
    private KeyId first;

    @BeforeEach
    void storeTwoSecrets() throws KeyClientException {
        device = server.newDevice();
        device.register(HostileServer.ALICE, server.password());
        session = server.logIn(device);
        first = put(session, "first", "one");
        put(session, "second", "two");
    }

    @AfterEach
    void close() {
        server.close();
    }

    /** What can be done to entries: the log is then chained anew, as if it had always been so. */
    static Stream<Consumer<List<AuditEntry>>> rewritings() {
        return Stream.of(
                // Dropped: the registration, a login, what stored a secret.
                entries -> entries.remove(0),
                entries -> entries.remove(1),
                entries -> entries.remove(2),
                // Edited: another object, action, time.
                entries -> entries.set(2, entries.get(2).withObject(new byte[32])),
                entries -> entries.set(
                        3, entries.get(3).withObject(entries.get(2).object().orElseThrow())),
                entries -> entries.set(1, AuditEntry.of(2, 5, AuditAction.LOGIN_FAILED, AuditOutcome.REFUSED)),
                // Put in another order.
                entries -> Collections.swap(entries, 2, 3),
                entries -> Collections.swap(entries, 0, 1),
                // Truncated.
                entries -> entries.remove(entries.size() - 1),
                entries -> entries.subList(2, entries.size()).clear(),
                List::clear,
                // Inserted.
                entries -> entries.add(1, AuditEntry.of(1, 5, AuditAction.LOGIN_FAILED, AuditOutcome.NOT_FINISHED)));
    }

    private void rewrite(Consumer<List<AuditEntry>> rewriting) {
        List<AuditEntry> entries = new ArrayList<>(server.log().entries());
        rewriting.accept(entries);
        server.log().rewrite(entries);
    }

    @ParameterizedTest
    @MethodSource("rewritings")
    void rewritten_log_is_noticed_by_a_device_that_saw_the_true_one(Consumer<List<AuditEntry>> rewriting)
            throws KeyClientException {
        session.close();
        Snapshot honest = server.service().snapshot();
        rewrite(rewriting);
        assertRefused(Reason.ROLLED_BACK, () -> server.logIn(device));

        server.service().restore(honest);
        assertThat(get(server.logIn(device), "first")).isEqualTo("one");
    }

    @ParameterizedTest
    @MethodSource("rewritings")
    void rewritten_log_that_has_grown_on_is_noticed_as_well(Consumer<List<AuditEntry>> rewriting)
            throws KeyClientException {
        session.close();
        rewrite(rewriting);
        rewrite(entries -> entries.addAll(
                Collections.nCopies(80, AuditEntry.of(1, 5, AuditAction.LOGIN_FAILED, AuditOutcome.NOT_FINISHED))));

        assertRefused(Reason.ROLLED_BACK, () -> server.logIn(device));
    }

    @ParameterizedTest
    @MethodSource("rewritings")
    void rewritten_log_is_noticed_in_an_open_session(Consumer<List<AuditEntry>> rewriting) throws KeyClientException {
        Snapshot honest = server.service().snapshot();
        rewrite(rewriting);
        assertRefused(Reason.INTEGRITY, () -> get(session, first));
        assertRefused(Reason.INTEGRITY, () -> session.listAll());
        assertRefused(Reason.INTEGRITY, () -> session.audit(NEWEST, 10));

        server.service().restore(honest);
        assertThat(get(session, first)).isEqualTo("one");
    }

    @ParameterizedTest
    @MethodSource("rewritings")
    void rewritten_log_is_noticed_in_an_open_session_without_memory(Consumer<List<AuditEntry>> rewriting)
            throws KeyClientException {
        KeySession forgetful = server.logIn(server.newForgetfulDevice());
        forgetful.listAll();
        rewrite(rewriting);

        assertRefused(Reason.INTEGRITY, () -> forgetful.listAll());
        assertRefused(Reason.INTEGRITY, () -> get(forgetful, first));
    }

    /** What can be done to the head of an answer, whose entries then do not lead to it. */
    static Stream<UnaryOperator<AuditHead.Builder>> brokenHeads() {
        return Stream.of(
                head -> head.setHead(flipped(head.getHead(), 31)),
                head -> head.setN(head.getN() + 1),
                head -> head.setN(head.getN() - 1),
                head -> head.setN(1),
                head -> head.setN(-1),
                AuditHead.Builder::clearEntries,
                head -> head.setEntries(0, flipped(head.getEntries(0), 7)),
                head -> head.setEntries(0, flipped(head.getEntries(0), 83)),
                head -> head.addEntries(head.getEntries(0)),
                head -> head.clearEntries().addEntries(ByteString.copyFrom(new byte[84])));
    }

    @ParameterizedTest
    @MethodSource("brokenHeads")
    void head_that_its_entries_do_not_lead_to_is_noticed(UnaryOperator<AuditHead.Builder> lie)
            throws KeyClientException {
        lies.head(lie);
        assertRefused(Reason.INTEGRITY, () -> get(session, first));
        lies.head(lie);
        assertRefused(Reason.INTEGRITY, () -> put(session, "third", "three"));

        lies.beHonest();
        assertThat(get(session, first)).isEqualTo("one");
    }

    @Test
    void entry_of_the_own_retrieval_that_was_dropped_is_noticed() {
        lies.answer = (request, honest) -> {
            if (!honest.hasSecretsRetrieved()) {
                return honest;
            }
            rewrite(entries -> entries.remove(entries.size() - 1));
            return server.withHeadOfTheLog(request, honest);
        };

        assertRefused(Reason.INTEGRITY, () -> get(session, first));
        assertRefused(Reason.INTEGRITY, () -> get(session, "first"));
    }

    static Stream<UnaryOperator<AuditLogRead.Builder>> bentPages() {
        return Stream.of(
                page -> page.setBefore(flipped(page.getBefore(), 0)),
                page -> page.setEntries(0, flipped(page.getEntries(0), 20)),
                page -> page.setEntries(1, flipped(page.getEntries(1), 83)),
                page -> page.setEntries(0, page.getEntries(1)).setEntries(1, page.getEntries(0)),
                page -> without(page, 0),
                page -> without(page, 1),
                page -> without(page, page.getEntriesCount() - 1),
                AuditLogRead.Builder::clearEntries,
                page -> page.addEntries(page.getEntries(0)));
    }

    private static AuditLogRead.Builder without(AuditLogRead.Builder page, int place) {
        List<ByteString> entries = new ArrayList<>(page.getEntriesList());
        entries.remove(place);
        return page.clearEntries().addAllEntries(entries);
    }

    @ParameterizedTest
    @MethodSource("bentPages")
    void page_of_the_log_that_does_not_lead_to_the_head_is_noticed(UnaryOperator<AuditLogRead.Builder> lie)
            throws KeyClientException {
        lies.answer = (request, honest) -> honest.getAuditLogRead().getEntriesCount() > 1
                ? Response.newBuilder()
                        .setAuditLogRead(lie.apply(honest.getAuditLogRead().toBuilder()))
                        .build()
                : honest;

        assertRefused(Reason.INTEGRITY, () -> session.audit(NEWEST, 3));
        assertRefused(Reason.INTEGRITY, () -> session.audit(4, 3));
        lies.beHonest();
        assertThat(session.audit(NEWEST, 100).records())
                .extracting(AuditRecord::n)
                .startsWith(server.log().n());
    }

    /** Whoever knows nothing of the log folds it from its beginning, whatever the server says stood before a page. */
    static Stream<UnaryOperator<AuditLogRead.Builder>> bentEntries() {
        return bentPages().skip(1);
    }

    @ParameterizedTest
    @MethodSource("bentEntries")
    void whole_log_that_does_not_lead_to_the_head_is_noticed_without_memory(UnaryOperator<AuditLogRead.Builder> lie)
            throws KeyClientException {
        // More than comes with a head, so that it has to be read.
        server.log().grow(100);
        KeySession forgetful = server.logIn(server.newForgetfulDevice());
        lies.answer = (request, honest) -> honest.getAuditLogRead().getEntriesCount() > 1
                ? Response.newBuilder()
                        .setAuditLogRead(lie.apply(honest.getAuditLogRead().toBuilder()))
                        .build()
                : honest;

        assertRefused(Reason.INTEGRITY, () -> forgetful.listAll());
        assertRefused(Reason.INTEGRITY, () -> get(forgetful, first));
        lies.beHonest();
        assertThat(get(forgetful, first)).isEqualTo("one");
    }

    @Test
    void page_of_the_log_from_another_place_is_noticed() {
        lies.answer = (request, honest) -> honest.hasAuditLogRead()
                ? Response.newBuilder()
                        .setAuditLogRead(server.log()
                                .read(
                                        request.getReadAuditLog().toBuilder()
                                                .setFrom(1)
                                                .build(),
                                        request.getKnownAuditN()))
                        .build()
                : honest;

        assertRefused(Reason.INTEGRITY, () -> session.audit(NEWEST, 2));
    }

    @Test
    void whole_state_of_yesterday_is_noticed_at_the_login() throws KeyClientException {
        Snapshot yesterday = server.service().snapshot();
        put(session, "third", "three");
        Snapshot today = server.service().snapshot();
        session.close();
        server.service().restore(yesterday);
        assertRefused(Reason.ROLLED_BACK, () -> server.logIn(device));

        server.service().restore(today);
        assertThat(get(server.logIn(device), "third")).isEqualTo("three");
    }

    @Test
    void whole_state_of_yesterday_is_noticed_in_an_open_session() throws KeyClientException {
        Snapshot yesterday = server.service().snapshot();
        put(session, "third", "three");
        server.service().restore(yesterday);

        assertRefused(Reason.INTEGRITY, () -> get(session, "first"));
        assertRefused(Reason.INTEGRITY, () -> session.listAll());
    }

    @Test
    void two_devices_that_were_shown_different_histories_notice_when_these_meet() throws KeyClientException {
        KeyClient other = server.newDevice();
        KeySession othersSession = server.logIn(other);
        Snapshot common = server.service().snapshot();
        put(session, "third", "on the first device");
        Snapshot shownToTheFirst = server.service().snapshot();
        server.service().restore(common);
        put(othersSession, "third", "on the second device");
        put(othersSession, "fourth", "on the second device");

        assertRefused(Reason.INTEGRITY, () -> session.listAll());
        session.close();
        othersSession.close();
        assertRefused(Reason.ROLLED_BACK, () -> server.logIn(device));
        server.service().restore(shownToTheFirst);
        assertRefused(Reason.ROLLED_BACK, () -> server.logIn(other));
        assertThat(get(server.logIn(device), "third")).isEqualTo("on the first device");
    }

    @Test
    void session_behind_very_many_entries_still_finds_what_another_one_of_its_device_has_seen()
            throws KeyClientException {
        KeySession other = server.logIn(server.sameDevice());
        server.log().grow(100);
        put(other, "third", "by the other session");
        other.close();
        server.log().grow(VERY_MANY);
        Snapshot before = server.service().snapshot();

        put(session, "fourth", "four");

        assertThat(get(session, "third")).isEqualTo("by the other session");
        session.close();
        server.service().restore(before);
        assertRefused(Reason.ROLLED_BACK, () -> server.logIn(server.sameDevice()));
    }

    @Test
    void different_histories_are_noticed_by_two_sessions_of_a_device_also_behind_very_many_entries()
            throws KeyClientException {
        Snapshot common = server.service().snapshot();
        KeySession other = server.logIn(server.sameDevice());
        // More than come with an answer.
        server.log().grow(100);
        put(other, "third", "by the other session");
        other.close();
        server.service().restore(common);
        server.log().grow(VERY_MANY);

        assertRefused(Reason.ROLLED_BACK, () -> put(session, "third", "by this session"));
    }

    @Test
    void answer_from_before_is_noticed() throws KeyClientException {
        Response[] kept = new Response[1];
        lies.answer = (request, honest) -> kept[0] = honest;
        session.listAll();
        lies.beHonest();
        put(session, "third", "three");
        lies.answer = (request, honest) -> kept[0];

        assertRefused(Reason.INTEGRITY, () -> session.listAll());
    }
}
