package dev.latchkey.client.hostile;

import static dev.latchkey.client.hostile.HostileServer.BOB;
import static dev.latchkey.client.hostile.HostileServer.assertRefused;
import static dev.latchkey.client.hostile.HostileServer.get;
import static dev.latchkey.client.hostile.HostileServer.label;
import static dev.latchkey.client.hostile.HostileServer.put;
import static dev.latchkey.client.hostile.HostileServer.secret;
import static dev.latchkey.client.hostile.HostileServer.withByte;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.RetrievalIntent;
import dev.latchkey.client.SecretSummary;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Origin;
import dev.latchkey.protocol.SecretType;
import dev.latchkey.protocol.wire.ListedSecret;
import dev.latchkey.protocol.wire.StoredSecret;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that gives other bytes for a secret than those the owner stored last. */
final class ExchangedSecretsTest {

    private final HostileServer server = new HostileServer();
    private final Lies lies = server.lies();
    private KeySession session;
    private KeyId first;
    private KeyId second;

    @BeforeEach
    void storeTwoSecrets() throws KeyClientException {
        session = server.alice();
        first = put(session, "first", "one");
        second = put(session, "second", "two");
    }

    @AfterEach
    void close() {
        server.close();
    }

    private void everyWayToTheFirstIsRefused() throws KeyClientException {
        retrievingTheFirstIsRefused();
        lies.beHonest();
        assertThat(get(session, "first")).isEqualTo("one");
        assertThat(get(session, first)).isEqualTo("one");
    }

    private void retrievingTheFirstIsRefused() {
        assertRefused(Reason.INTEGRITY, () -> get(session, "first"));
        assertRefused(Reason.INTEGRITY, () -> get(session, first));
        assertRefused(Reason.INTEGRITY, () -> session.retrieve(List.of(first), RetrievalIntent.LOCAL_USE));
    }

    static Stream<BinaryOperator<StoredSecret>> exchanges() {
        return Stream.of(
                (own, other) -> other,
                (own, other) ->
                        own.toBuilder().setSealedSecret(other.getSealedSecret()).build(),
                (own, other) -> own.toBuilder()
                        .setSealedSecret(other.getSealedSecret())
                        .setSealedDescriptor(other.getSealedDescriptor())
                        .build(),
                (own, other) -> other.toBuilder().setKeyId(own.getKeyId()).build(),
                (own, other) -> other.toBuilder()
                        .setKeyId(own.getKeyId())
                        .setLabelTag(own.getLabelTag())
                        .build());
    }

    @ParameterizedTest
    @MethodSource("exchanges")
    void two_secrets_of_one_owner_swapped_are_refused(BinaryOperator<StoredSecret> exchange) throws KeyClientException {
        lies.secret = (honest, all) -> exchange.apply(honest, all.get(1));

        everyWayToTheFirstIsRefused();
    }

    @Test
    void another_secret_for_a_label_is_refused_also_if_the_log_says_that_it_was_the_one_retrieved() {
        lies.secret = (honest, all) -> all.get(1);
        lies.answer = (request, honest) -> {
            if (!honest.hasSecretsRetrieved()) {
                return honest;
            }
            server.bendLastEntry(entry -> entry.withKeyId(second));
            return server.withHeadOfTheLog(request, honest);
        };

        assertRefused(Reason.INTEGRITY, () -> get(session, "first"));
    }

    @Test
    void two_secrets_of_one_request_in_the_wrong_order_are_refused() {
        lies.secret = (honest, all) -> honest.equals(all.get(0)) ? all.get(1) : all.get(0);

        assertRefused(Reason.INTEGRITY, () -> session.retrieve(List.of(first, second), RetrievalIntent.LOCAL_USE));
    }

    @ParameterizedTest
    @MethodSource("exchanges")
    void secrets_of_two_owners_swapped_are_refused(BinaryOperator<StoredSecret> exchange) throws KeyClientException {
        KeyClient bobs = server.newDevice();
        bobs.register(BOB, server.password());
        try (KeySession bob = bobs.logIn(BOB, server.password())) {
            put(bob, "first", "bob's");
        }
        StoredSecret bobs1 = server.service().account(BOB).stored().get(0);
        lies.secret = (honest, all) -> exchange.apply(honest, bobs1);

        everyWayToTheFirstIsRefused();
    }

    static Stream<BinaryOperator<StoredSecret>> returnsOfTheOld() {
        return Stream.of(
                (old, now) -> old,
                (old, now) ->
                        now.toBuilder().setSealedSecret(old.getSealedSecret()).build(),
                (old, now) -> now.toBuilder()
                        .setSealedDescriptor(old.getSealedDescriptor())
                        .build());
    }

    @ParameterizedTest
    @MethodSource("returnsOfTheOld")
    void old_version_after_a_replacement_is_refused(BinaryOperator<StoredSecret> exchange) throws KeyClientException {
        StoredSecret old = server.account().stored().get(0);
        replaceTheFirst(session);
        lies.secret = (honest, all) -> exchange.apply(old, all.get(0));

        retrievingTheFirstIsRefused();
        lies.beHonest();
        assertThat(get(session, "first")).isEqualTo("newer");
    }

    @ParameterizedTest
    @MethodSource("returnsOfTheOld")
    void old_version_after_another_device_replaced_it_is_refused(BinaryOperator<StoredSecret> exchange)
            throws KeyClientException {
        StoredSecret old = server.account().stored().get(0);
        replaceTheFirst(server.logIn(server.newDevice()));
        lies.secret = (honest, all) -> exchange.apply(old, all.get(0));

        retrievingTheFirstIsRefused();
        KeySession forgetful = server.logIn(server.newForgetfulDevice());
        assertRefused(Reason.INTEGRITY, () -> get(forgetful, "first"));
    }

    private static void replaceTheFirst(KeySession by) throws KeyClientException {
        try (SecretBytes newer = secret("newer")) {
            by.replace(by.find(label("first")), newer, Origin.IMPORTED_KEY);
        }
    }

    @Test
    void old_descriptor_after_a_renaming_is_refused() throws KeyClientException {
        StoredSecret old = server.account().stored().get(0);
        session.rename(session.find(first), label("renamed"));
        lies.secret = (honest, all) -> old;
        assertRefused(Reason.INTEGRITY, () -> get(session, first));
        assertRefused(Reason.INTEGRITY, () -> get(session, "renamed"));

        lies.list(page -> page.setSecrets(
                0,
                page.getSecrets(0).toBuilder()
                        .setSealedDescriptor(old.getSealedDescriptor())
                        .setLabelTag(old.getLabelTag())));
        assertRefused(Reason.INTEGRITY, () -> session.listAll());
        assertRefused(Reason.INTEGRITY, () -> session.find(first));
    }

    @Test
    void exchanged_labels_are_refused() throws KeyClientException {
        lies.secret = (honest, all) -> {
            StoredSecret other = honest.equals(all.get(0)) ? all.get(1) : all.get(0);
            return honest.toBuilder()
                    .setLabelTag(other.getLabelTag())
                    .setSealedDescriptor(other.getSealedDescriptor())
                    .build();
        };

        retrievingTheFirstIsRefused();
    }

    static Stream<BinaryOperator<ListedSecret>> exchangesInLists() {
        return Stream.of(
                (own, other) -> other,
                (own, other) -> own.toBuilder()
                        .setLabelTag(other.getLabelTag())
                        .setSealedDescriptor(other.getSealedDescriptor())
                        .build(),
                (own, other) -> own.toBuilder().setKeyId(other.getKeyId()).build(),
                (own, other) ->
                        own.toBuilder().setSecretHash(other.getSecretHash()).build());
    }

    @ParameterizedTest
    @MethodSource("exchangesInLists")
    void exchanged_labels_in_a_list_are_refused(BinaryOperator<ListedSecret> exchange) throws KeyClientException {
        List<SecretSummary> honest = session.listAll();
        ListedSecret[] other = new ListedSecret[1];
        lies.list(page -> {
            other[0] = page.getSecrets(1);
            return page;
        });
        session.listAll();
        lies.list(page -> page.setSecrets(0, exchange.apply(page.getSecrets(0), other[0])));

        assertRefused(Reason.INTEGRITY, () -> session.listAll());
        assertRefused(Reason.INTEGRITY, () -> session.list(0, 1));
        assertRefused(Reason.INTEGRITY, () -> session.find(first));
        assertRefused(Reason.INTEGRITY, () -> session.find(label("first")));
        lies.beHonest();
        assertThat(session.listAll()).isEqualTo(honest);
    }

    @Test
    void own_secret_said_to_be_server_generated_is_refused() throws KeyClientException {
        session.generateAtServer(label("theirs"), SecretType.OPAQUE_BYTES, 3);
        ByteString framed = ByteString.copyFromUtf8("\u0002any");
        for (UnaryOperator<StoredSecret.Builder> lie : List.<UnaryOperator<StoredSecret.Builder>>of(
                own -> own.setSealedSecret(framed),
                own -> own.setSealedSecret(framed)
                        .setSealedDescriptor(server.account().stored().get(2).getSealedDescriptor()),
                own -> own.setSealedSecret(withByte(own.getSealedSecret(), 0, 2)))) {
            lies.secret = (honest, all) -> lie.apply(honest.toBuilder()).build();
            retrievingTheFirstIsRefused();
        }
    }

    @Test
    void server_generated_secret_said_to_be_the_owners_is_refused() throws KeyClientException {
        KeyId theirs = session.generateAtServer(label("theirs"), SecretType.OPAQUE_BYTES, 32);
        for (UnaryOperator<StoredSecret.Builder> lie : List.<UnaryOperator<StoredSecret.Builder>>of(
                own -> own.setSealedDescriptor(server.account().stored().get(0).getSealedDescriptor()),
                own -> own.setSealedSecret(server.account().stored().get(0).getSealedSecret()),
                own -> own.setSealedSecret(withByte(own.getSealedSecret(), 0, 1)),
                own -> own.setSealedSecret(server.account().stored().get(0).getSealedSecret())
                        .setSealedDescriptor(server.account().stored().get(0).getSealedDescriptor()))) {
            lies.secret = (honest, all) -> lie.apply(honest.toBuilder()).build();
            assertRefused(Reason.INTEGRITY, () -> get(session, theirs));
            assertRefused(Reason.INTEGRITY, () -> get(session, "theirs"));
        }
    }

    @Test
    void server_generated_secret_with_other_bytes_later_is_refused() throws KeyClientException {
        KeyId theirs = session.generateAtServer(label("theirs"), SecretType.OPAQUE_BYTES, 32);
        lies.secret = (honest, all) -> honest.toBuilder()
                .setSealedSecret(withByte(
                        honest.getSealedSecret(), 7, honest.getSealedSecret().byteAt(7) + 1))
                .build();

        assertRefused(Reason.INTEGRITY, () -> get(session, theirs));
        KeySession forgetful = server.logIn(server.newForgetfulDevice());
        assertRefused(Reason.INTEGRITY, () -> get(forgetful, theirs));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 255})
    void other_version_byte_of_a_secret_is_refused(int version) throws KeyClientException {
        lies.secret = (honest, all) -> honest.toBuilder()
                .setSealedSecret(withByte(honest.getSealedSecret(), 0, version))
                .build();

        everyWayToTheFirstIsRefused();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 255})
    void other_version_byte_of_a_descriptor_is_refused(int version) throws KeyClientException {
        lies.secret = (honest, all) -> honest.toBuilder()
                .setSealedDescriptor(withByte(honest.getSealedDescriptor(), 0, version))
                .build();
        everyWayToTheFirstIsRefused();

        lies.list(page -> page.setSecrets(
                0,
                page.getSecrets(0).toBuilder()
                        .setSealedDescriptor(withByte(page.getSecrets(0).getSealedDescriptor(), 0, version))));
        assertRefused(Reason.INTEGRITY, () -> session.listAll());
        assertRefused(Reason.INTEGRITY, () -> session.find(label("first")));
    }

    @Test
    void answer_to_another_retrieval_is_refused() throws KeyClientException {
        StoredSecret other = server.account().stored().get(1);
        lies.secret = (honest, all) -> other;

        retrievingTheFirstIsRefused();
        assertThat(get(session, "second")).isEqualTo("two");
    }
}
