package dev.latchkey.client.hostile;

import static dev.latchkey.client.hostile.HostileServer.assertRefused;
import static dev.latchkey.client.hostile.HostileServer.flipped;
import static dev.latchkey.client.hostile.HostileServer.get;
import static dev.latchkey.client.hostile.HostileServer.put;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.KeySession;
import dev.latchkey.protocol.wire.ListedSecret;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.SessionClosed;
import dev.latchkey.protocol.wire.StoredSecret;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that repeats, delays, reflects or exchanges sealed messages, or never comes to an end. */
final class SealedAnswersTest {

    private static final int ENOUGH = 60;
    private static final int PAGE = 8192;

    private final HostileServer server = new HostileServer();
    private final Lies lies = server.lies();
    private KeySession session;

    @BeforeEach
    void storeTwoSecrets() throws KeyClientException {
        session = server.alice();
        put(session, "first", "one");
        put(session, "second", "two");
    }

    @AfterEach
    void close() {
        server.close();
    }

    private void everythingIsRefused() throws KeyClientException {
        assertRefused(Reason.INTEGRITY, () -> get(session, "first"));
        assertRefused(Reason.INTEGRITY, () -> session.list(0, 10));
        assertRefused(Reason.INTEGRITY, () -> session.audit(Long.MAX_VALUE, 10));
        assertRefused(Reason.INTEGRITY, () -> put(session, "third", "three"));
        lies.beHonest();
        assertThat(get(session, "first")).isEqualTo("one");
    }

    @Test
    void repeated_answer_is_refused() throws KeyClientException {
        ByteString[] kept = new ByteString[1];
        lies.sealed = (request, honest) -> kept[0] = honest;
        get(session, "first");
        lies.sealed = (request, honest) -> kept[0];

        everythingIsRefused();
    }

    @Test
    void delayed_answer_is_refused() throws KeyClientException {
        ByteString[] kept = {ByteString.copyFrom(new byte[64])};
        lies.sealed = (request, honest) -> {
            ByteString late = kept[0];
            kept[0] = honest;
            return late;
        };

        everythingIsRefused();
    }

    @Test
    void reflected_request_is_refused() throws KeyClientException {
        lies.sealed = (request, honest) -> request;

        everythingIsRefused();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, -1, 64})
    void answer_under_another_number_is_refused(long difference) throws KeyClientException {
        lies.seq = difference;

        everythingIsRefused();
    }

    @Test
    void answer_of_another_session_is_refused() throws KeyClientException {
        KeySession other = server.logIn(server.newForgetfulDevice());
        other.listAll();
        ByteString[] kept = new ByteString[1];
        lies.sealed = (request, honest) -> kept[0] = honest;
        other.listAll();
        lies.sealed = (request, honest) -> kept[0];

        everythingIsRefused();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8, 24, 39})
    void altered_answer_is_refused(int index) throws KeyClientException {
        lies.sealed = (request, honest) -> flipped(honest, index);

        everythingIsRefused();
    }

    @Test
    void answer_to_another_operation_is_refused() throws KeyClientException {
        lies.answer = (request, honest) -> Response.newBuilder()
                .setSessionClosed(SessionClosed.getDefaultInstance())
                .build();

        everythingIsRefused();
    }

    @ParameterizedTest
    @ValueSource(ints = {1_048_617, 3 << 20})
    void message_that_is_too_long_is_refused(int length) throws KeyClientException {
        lies.sealed = (request, honest) -> ByteString.copyFrom(new byte[length]);

        everythingIsRefused();
    }

    @Test
    void more_secrets_than_asked_for_are_refused() throws KeyClientException {
        StoredSecret other = server.account().stored().get(1);
        lies.answer = (request, honest) -> {
            Response.Builder answer = honest.toBuilder();
            if (answer.hasSecretsRetrieved()) {
                answer.getSecretsRetrievedBuilder().addSecrets(other);
            }
            return answer.build();
        };

        assertRefused(Reason.INTEGRITY, () -> get(session, "first"));
    }

    @Test
    void list_that_never_ends_is_left() {
        AtomicInteger pages = new AtomicInteger();
        lies.list(page -> {
            List<ListedSecret> lines = page.getSecretsList();
            if (pages.incrementAndGet() > ENOUGH) {
                return page.setNext(0);
            }
            return page.setNext(page.getNext() + 1_000_000L * pages.get())
                    .clearSecrets()
                    .addAllSecrets(lines.isEmpty() ? List.of() : lines);
        });

        assertRefused(Reason.INTEGRITY, () -> session.listAll());
        assertThat(pages).hasValueLessThan(ENOUGH);
    }

    @Test
    void page_of_a_list_longer_than_asked_for_is_refused() {
        lies.list(page -> page.addSecrets(page.getSecrets(0)));

        assertRefused(Reason.INTEGRITY, () -> session.list(0, 2));
    }

    /** Every page leads on from the one before, as in a true log; only its end is out of reach. */
    @Test
    void log_that_never_ends_is_left() {
        AtomicInteger pages = new AtomicInteger();
        ByteString anyHead = server.log().head(0).getHead();
        lies.answer = (request, honest) -> {
            server.log().grow(64);
            return Lies.withHead(
                    grown(pages, request, honest),
                    head -> server.log().head(request.getKnownAuditN()).toBuilder()
                            .setN(Long.MAX_VALUE)
                            .setHead(anyHead));
        };
        lies.opened = honest -> honest.toBuilder()
                .setAudit(honest.getAudit().toBuilder().setN(Long.MAX_VALUE).setHead(anyHead))
                .build();

        assertRefused(Reason.INTEGRITY, () -> session.audit(Long.MAX_VALUE, 10));
        assertRefused(
                Reason.INTEGRITY,
                () -> server.logIn(server.newForgetfulDevice()).listAll());
        assertThat(pages).hasValueLessThan(ENOUGH);
    }

    @Test
    void log_that_grows_while_it_is_read_is_read_to_where_it_was() throws KeyClientException {
        server.log().grow(3 * PAGE);
        AtomicInteger pages = new AtomicInteger();
        lies.answer = (request, honest) -> grown(pages, request, honest);

        assertThat(session.listAll()).hasSize(2);
        assertThat(pages).hasValueLessThan(ENOUGH);
    }

    /** The log is longer by a page whenever one is read. */
    private Response grown(AtomicInteger pages, Request request, Response honest) {
        if (!request.hasReadAuditLog() || pages.incrementAndGet() > ENOUGH) {
            return honest;
        }
        server.log().grow(PAGE);
        return Response.newBuilder()
                .setAuditLogRead(server.log().read(request.getReadAuditLog(), request.getKnownAuditN()))
                .build();
    }

    @Test
    void more_entries_than_an_answer_may_have_are_refused() throws KeyClientException {
        ByteString last = server.log().head(0).getEntries(0);
        lies.head(head -> head.clearEntries().addAllEntries(Collections.nCopies(65, last)));

        assertRefused(Reason.INTEGRITY, () -> get(session, "first"));
    }
}
