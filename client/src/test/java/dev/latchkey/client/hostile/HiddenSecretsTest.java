package dev.latchkey.client.hostile;

import static dev.latchkey.client.hostile.HostileServer.assertRefused;
import static dev.latchkey.client.hostile.HostileServer.bytes;
import static dev.latchkey.client.hostile.HostileServer.get;
import static dev.latchkey.client.hostile.HostileServer.label;
import static dev.latchkey.client.hostile.HostileServer.put;
import static dev.latchkey.client.hostile.HostileServer.secret;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.RetrievalIntent;
import dev.latchkey.client.SecretSummary;
import dev.latchkey.client.testserver.Snapshot;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Origin;
import dev.latchkey.protocol.wire.Failure;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.ListedSecret;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.SecretsListed;
import dev.latchkey.protocol.wire.SecretsRetrieved;
import dev.latchkey.protocol.wire.StoredSecret;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A server that says a secret is not there, or that a deleted one is. */
final class HiddenSecretsTest {

    private static final Response NOT_FOUND = Response.newBuilder()
            .setFailure(Failure.newBuilder().setCode(FailureCode.FAILURE_CODE_NOT_FOUND))
            .build();

    private final HostileServer server = new HostileServer();
    private final Lies lies = server.lies();
    private KeySession session;
    private KeyId first;
    private KeyId second;
    private KeyId third;

    @BeforeEach
    void storeThreeSecrets() throws KeyClientException {
        session = server.alice();
        first = put(session, "first", "one");
        second = put(session, "second", "two");
        third = put(session, "third", "three");
    }

    @AfterEach
    void close() {
        server.close();
    }

    private static SecretsListed.Builder without(SecretsListed.Builder page, KeyId hidden) {
        List<ListedSecret> lines = page.getSecretsList().stream()
                .filter(line -> !line.getKeyId().equals(bytes(hidden)))
                .toList();
        return page.clearSecrets().addAllSecrets(lines);
    }

    static Stream<UnaryOperator<SecretsListed.Builder>> bentLists() {
        return Stream.of(
                page -> page.removeSecrets(0),
                page -> page.removeSecrets(1),
                page -> page.removeSecrets(page.getSecretsCount() - 1),
                SecretsListed.Builder::clearSecrets,
                page -> page.addSecrets(page.getSecrets(0)),
                page -> page.setSecrets(1, page.getSecrets(0)),
                page -> {
                    List<ListedSecret> reversed = new ArrayList<>(page.getSecretsList());
                    reversed.add(0, reversed.remove(1));
                    return page.clearSecrets().addAllSecrets(reversed);
                });
    }

    @ParameterizedTest
    @MethodSource("bentLists")
    void secret_hidden_from_the_list_is_noticed(UnaryOperator<SecretsListed.Builder> lie) throws KeyClientException {
        lies.list(lie);

        assertRefused(Reason.INTEGRITY, () -> session.listAll());
        assertRefused(Reason.INTEGRITY, () -> session.list(0, 10));
        lies.beHonest();
        assertThat(session.listAll()).extracting(SecretSummary::keyId).containsExactly(first, second, third);
    }

    @Test
    void secret_hidden_from_the_list_is_noticed_without_memory() throws KeyClientException {
        KeySession forgetful = server.logIn(server.newForgetfulDevice());
        lies.list(page -> without(page, second));

        assertRefused(Reason.INTEGRITY, () -> forgetful.listAll());
    }

    @Test
    void list_that_ends_too_early_is_noticed() {
        lies.list(page -> page.setNext(0));

        assertRefused(Reason.INTEGRITY, () -> session.list(0, 2));
    }

    @Test
    void list_that_leads_past_a_secret_is_noticed() throws KeyClientException {
        long honest = session.list(0, 1).next().orElseThrow();
        lies.list(page -> page.setNext(honest + 1));

        assertRefused(Reason.INTEGRITY, () -> session.list(0, 1));
    }

    @Test
    void list_that_leads_on_though_it_is_at_its_end_is_noticed() {
        lies.list(page -> page.setNext(server.log().n()));

        assertRefused(Reason.INTEGRITY, () -> session.list(0, 3));
    }

    @Test
    void secret_hidden_from_those_asked_for_is_noticed() {
        lies.list(page -> without(page, second));

        assertRefused(Reason.INTEGRITY, () -> session.find(second));
        assertRefused(Reason.INTEGRITY, () -> session.find(label("second")));
        assertRefused(Reason.INTEGRITY, () -> session.find(List.of(first, second, third)));
    }

    @Test
    void secret_said_not_to_be_found_by_key_id_is_noticed() throws KeyClientException {
        lies.instead(Request.OperationCase.RETRIEVE_SECRETS, NOT_FOUND);
        assertRefused(Reason.INTEGRITY, () -> get(session, second));
        assertRefused(Reason.INTEGRITY, () -> session.retrieve(List.of(first, second), RetrievalIntent.LOCAL_USE));

        lies.instead(Request.OperationCase.LIST_SECRETS, NOT_FOUND);
        assertRefused(Reason.INTEGRITY, () -> session.find(second));
        assertRefused(Reason.INTEGRITY, () -> session.find(List.of(second)));

        lies.beHonest();
        assertThat(get(session, second)).isEqualTo("two");
    }

    @Test
    void secret_said_not_to_be_found_by_label_is_noticed() throws KeyClientException {
        lies.instead(Request.OperationCase.RETRIEVE_SECRETS, NOT_FOUND);
        assertRefused(Reason.INTEGRITY, () -> get(session, "second"));

        lies.answer = (request, honest) -> request.getListSecrets().getOnlyCount() > 0 ? NOT_FOUND : honest;
        assertRefused(Reason.INTEGRITY, () -> session.find(label("second")));

        lies.answer = (request, honest) -> switch (request.getOperationCase()) {
            case RETRIEVE_SECRETS -> NOT_FOUND;
            case LIST_SECRETS ->
                Response.newBuilder()
                        .setSecretsListed(without(honest.getSecretsListed().toBuilder(), second))
                        .build();
            default -> honest;
        };
        assertRefused(Reason.INTEGRITY, () -> get(session, "second"));
    }

    @Test
    void secret_said_not_to_be_found_is_noticed_without_memory() throws KeyClientException {
        KeySession forgetful = server.logIn(server.newForgetfulDevice());
        lies.instead(Request.OperationCase.RETRIEVE_SECRETS, NOT_FOUND);

        assertRefused(Reason.INTEGRITY, () -> get(forgetful, second));
        assertRefused(Reason.INTEGRITY, () -> get(forgetful, "second"));
    }

    @Test
    void secret_that_is_not_there_is_honestly_not_found() {
        assertRefused(Reason.NOT_FOUND, () -> get(session, "fourth"));
        assertRefused(Reason.NOT_FOUND, () -> session.find(label("fourth")));
        assertRefused(Reason.NOT_FOUND, () -> get(session, KeyId.of(new byte[16])));
    }

    @Test
    void secret_said_not_to_be_found_when_it_is_to_be_changed_is_noticed() throws KeyClientException {
        SecretSummary seen = session.find(second);
        Snapshot before = server.service().snapshot();
        lies.answer = (request, honest) -> {
            if (request.hasReadAuditLog()) {
                return honest;
            }
            server.service().restore(before);
            return NOT_FOUND;
        };

        assertRefused(Reason.INTEGRITY, () -> session.rename(seen, label("other")));
        assertRefused(Reason.INTEGRITY, () -> session.delete(seen));
        assertRefused(Reason.INTEGRITY, () -> {
            try (SecretBytes newer = secret("newer")) {
                session.replace(seen, newer, Origin.IMPORTED_KEY);
            }
        });
    }

    @Test
    void conflict_that_is_none_is_noticed() throws KeyClientException {
        SecretSummary seen = session.find(second);
        Snapshot before = server.service().snapshot();
        lies.answer = (request, honest) -> {
            if (request.hasReadAuditLog()) {
                return honest;
            }
            server.service().restore(before);
            return Response.newBuilder()
                    .setFailure(Failure.newBuilder().setCode(FailureCode.FAILURE_CODE_CONFLICT))
                    .build();
        };

        assertRefused(Reason.INTEGRITY, () -> session.rename(seen, label("other")));
        assertRefused(Reason.INTEGRITY, () -> session.delete(seen));
        assertRefused(Reason.INTEGRITY, () -> {
            try (SecretBytes newer = secret("newer")) {
                session.replace(seen, newer, Origin.IMPORTED_KEY);
            }
        });
    }

    @Test
    void deleted_secret_revived_in_the_list_is_noticed() throws KeyClientException {
        List<ListedSecret> lines = new ArrayList<>();
        lies.list(page -> {
            lines.addAll(page.getSecretsList());
            return page;
        });
        session.listAll();
        session.delete(session.find(second));
        lies.list(page -> page.clearSecrets().addAllSecrets(lines.subList(0, 3)));

        assertRefused(Reason.INTEGRITY, () -> session.listAll());
        KeySession forgetful = server.logIn(server.newForgetfulDevice());
        assertRefused(Reason.INTEGRITY, () -> forgetful.listAll());
        lies.answer = (request, honest) -> request.hasListSecrets()
                ? Response.newBuilder()
                        .setSecretsListed(SecretsListed.newBuilder()
                                .addSecrets(lines.get(1))
                                .setAudit(server.log().head(request.getKnownAuditN())))
                        .build()
                : honest;
        assertRefused(Reason.INTEGRITY, () -> session.find(second));
        assertRefused(Reason.INTEGRITY, () -> session.find(label("second")));
        assertThat(session.find(List.of(second))).isEmpty();
    }

    @Test
    void deleted_secret_revived_in_a_retrieval_is_noticed() throws KeyClientException {
        StoredSecret deleted = server.account().stored().get(1);
        session.delete(session.find(second));
        lies.answer = (request, honest) -> request.hasRetrieveSecrets()
                ? Response.newBuilder()
                        .setSecretsRetrieved(SecretsRetrieved.newBuilder()
                                .addSecrets(deleted)
                                .setAudit(server.log().head(request.getKnownAuditN())))
                        .build()
                : honest;

        assertRefused(Reason.INTEGRITY, () -> get(session, "second"));
        assertRefused(Reason.INTEGRITY, () -> get(session, second));
        KeySession forgetful = server.logIn(server.newForgetfulDevice());
        assertRefused(Reason.INTEGRITY, () -> get(forgetful, "second"));
        assertRefused(Reason.INTEGRITY, () -> get(forgetful, second));
    }

    @Test
    void deleted_secret_revived_with_its_old_state_is_noticed() throws KeyClientException {
        Snapshot before = server.service().snapshot();
        session.delete(session.find(second));
        server.service().restore(before);

        assertRefused(Reason.INTEGRITY, () -> get(session, second));
        assertRefused(Reason.INTEGRITY, () -> session.listAll());
    }

    @Test
    void change_that_was_said_to_be_done_is_noticed_when_it_was_not() throws KeyClientException {
        SecretSummary seen = session.find(second);
        Snapshot before = server.service().snapshot();
        lies.answer = (request, honest) -> {
            if (honest.hasKeyIdsAllocated()) {
                return honest;
            }
            server.service().restore(before);
            return server.withHeadOfTheLog(request, honest);
        };
        everyChangeIsRefused(seen);

        lies.beHonest();
        assertThat(get(session, second)).isEqualTo("two");
    }

    @Test
    void change_that_was_done_otherwise_is_noticed() throws KeyClientException {
        SecretSummary seen = session.find(second);
        Snapshot before = server.service().snapshot();
        lies.answer = (request, honest) -> {
            if (honest.hasKeyIdsAllocated()) {
                return honest;
            }
            server.bendLastEntry(entry -> entry.withObject(new byte[] {
                1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
                29, 30, 31, 32
            }));
            Response lie = server.withHeadOfTheLog(request, honest);
            server.service().restore(before);
            return lie;
        };
        everyChangeIsRefused(seen);
    }

    private void everyChangeIsRefused(SecretSummary seen) {
        assertRefused(Reason.INTEGRITY, () -> put(session, "fourth", "four"));
        assertRefused(Reason.INTEGRITY, () -> session.rename(seen, label("other")));
        assertRefused(Reason.INTEGRITY, () -> session.delete(seen));
        assertRefused(Reason.INTEGRITY, () -> {
            try (SecretBytes newer = secret("newer")) {
                session.replace(seen, newer, Origin.IMPORTED_KEY);
            }
        });
    }
}
