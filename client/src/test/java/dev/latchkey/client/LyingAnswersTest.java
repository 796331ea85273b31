package dev.latchkey.client;

import static dev.latchkey.client.Loopback.label;
import static dev.latchkey.client.Loopback.name;
import static dev.latchkey.client.Loopback.password;
import static dev.latchkey.client.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.testserver.Steps;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.SecretType;
import dev.latchkey.protocol.wire.AuditLogRead;
import dev.latchkey.protocol.wire.Failure;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.KeyIdsAllocated;
import dev.latchkey.protocol.wire.ListedSecret;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.SecretsListed;
import dev.latchkey.protocol.wire.SessionClosed;
import dev.latchkey.protocol.wire.StoredSecret;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server that lies in an open session: every lie is an integrity failure, and nothing of it reaches the caller.
 *
 * <p>One session for all tests, which only read: opening one takes a stretched password.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class LyingAnswersTest {

    private final Password password = password("correct horse battery staple");
    private final Lies lies = new Lies();
    private final Loopback loopback = Loopback.with(lies);
    private KeySession session;
    private KeyId first;
    private KeyId second;

    /** Honest until a test replaces one of the steps. */
    private static final class Lies extends Steps {

        long seq;
        UnaryOperator<Response> answer;
        BinaryOperator<ByteString> sealed;
        UnaryOperator<StoredSecret> secret;
        StoredSecret other = StoredSecret.getDefaultInstance();

        @Override
        protected long seqOfAnswer(long seqOfRequest) {
            return seqOfRequest + seq;
        }

        @Override
        protected Response answer(dev.latchkey.protocol.wire.Request request, Response honest) {
            return answer.apply(honest);
        }

        @Override
        protected ByteString sealed(ByteString request, ByteString honest) {
            return sealed.apply(request, honest);
        }

        @Override
        protected StoredSecret secret(StoredSecret honest, List<StoredSecret> all) {
            other = all.get(all.size() - 1);
            return secret.apply(honest);
        }
    }

    @BeforeAll
    void storeTwoSecrets() throws KeyClientException {
        beHonest();
        KeyClient client = loopback.newClient();
        client.register(name("alice"), password);
        session = client.logIn(name("alice"), password);
        first = store("first");
        second = store("second");
    }

    @BeforeEach
    void beHonest() {
        lies.seq = 0;
        lies.answer = UnaryOperator.identity();
        lies.sealed = (request, honest) -> honest;
        lies.secret = UnaryOperator.identity();
    }

    @AfterAll
    void close() {
        session.close();
        password.close();
        loopback.close();
    }

    private KeyId store(String text) throws KeyClientException {
        try (SecretBytes secret = SecretBytes.allocate(32)) {
            return session.store(label(text), secret, SecretType.OPAQUE_BYTES);
        }
    }

    private void retrieveRefused() {
        assertRefused(Reason.INTEGRITY, () -> session.retrieve(label("first"), RetrievalIntent.LOCAL_USE));
        assertRefused(Reason.INTEGRITY, () -> session.retrieve(first, RetrievalIntent.LOCAL_USE));
    }

    private static ByteString flipped(ByteString bytes, int index) {
        byte[] changed = bytes.toByteArray();
        changed[index] ^= 1;
        return ByteString.copyFrom(changed);
    }

    @Nested
    final class With_its_seal {

        @ParameterizedTest
        @ValueSource(longs = {1, -1, 63})
        void another_number_is_noticed(long difference) {
            lies.seq = difference;

            retrieveRefused();
        }

        @Test
        void answer_of_the_request_before_is_noticed() throws KeyClientException {
            ByteString[] earlier = new ByteString[1];
            lies.sealed = (request, honest) -> {
                earlier[0] = honest;
                return honest;
            };
            session.retrieve(label("first"), RetrievalIntent.LOCAL_USE).close();
            lies.sealed = (request, honest) -> earlier[0];

            retrieveRefused();
        }

        @Test
        void reflected_request_is_noticed() {
            lies.sealed = (request, honest) -> request;

            retrieveRefused();
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 7, 8, 23, 24, 60})
        void changed_bit_is_noticed(int index) {
            lies.sealed = (request, honest) -> flipped(honest, index);

            retrieveRefused();
        }

        @Test
        void unsealed_answer_is_noticed() {
            lies.sealed = (request, honest) -> Response.newBuilder()
                    .setSecretsListed(SecretsListed.newBuilder()
                            .addSecrets(ListedSecret.newBuilder().setKeyId(ByteString.copyFrom(new byte[64]))))
                    .build()
                    .toByteString();

            retrieveRefused();
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 39, 40, 1_048_616, 1_048_617, 2_097_152})
        void garbage_of_any_length_is_noticed(int length) {
            lies.sealed = (request, honest) -> ByteString.copyFrom(new byte[length]);

            retrieveRefused();
        }

        @Test
        void session_goes_on_after_a_lie() throws KeyClientException {
            lies.seq = 1;
            retrieveRefused();
            lies.seq = 0;

            session.retrieve(label("first"), RetrievalIntent.LOCAL_USE).close();
        }
    }

    @Nested
    final class About_what_was_asked {

        @Test
        void answer_to_another_operation_is_noticed() {
            lies.answer = honest -> Response.newBuilder()
                    .setSessionClosed(SessionClosed.getDefaultInstance())
                    .build();

            retrieveRefused();
            assertRefused(Reason.INTEGRITY, () -> session.list(0, 10));
            assertRefused(Reason.INTEGRITY, () -> store("third"));
        }

        @Test
        void empty_answer_is_noticed() {
            lies.answer = honest -> Response.getDefaultInstance();

            retrieveRefused();
        }

        @Test
        void unknown_field_is_noticed() {
            lies.answer = honest -> honest.toBuilder()
                    .setUnknownFields(UnknownFieldSet.newBuilder()
                            .addField(
                                    99,
                                    UnknownFieldSet.Field.newBuilder()
                                            .addVarint(1)
                                            .build())
                            .build())
                    .build();

            retrieveRefused();
        }

        /** Protobuf would add the second to the first, and give what was sent. */
        @Test
        void result_that_is_there_twice_is_noticed() {
            lies.answer = honest -> honest.toBuilder()
                    .setUnknownFields(UnknownFieldSet.newBuilder()
                            .addField(
                                    honest.getResultCase().getNumber(),
                                    UnknownFieldSet.Field.newBuilder()
                                            .addLengthDelimited(ByteString.EMPTY)
                                            .build())
                            .build())
                    .build();

            retrieveRefused();
            assertRefused(Reason.INTEGRITY, () -> session.list(0, 10));
        }

        @Test
        void second_secret_is_noticed() {
            lies.answer = honest -> {
                Response.Builder answer = honest.toBuilder();
                answer.getSecretsRetrievedBuilder().addSecrets(lies.other);
                return answer.build();
            };

            retrieveRefused();
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 2})
        void other_number_of_key_ids_is_noticed(int count) {
            lies.answer = honest -> {
                if (!honest.hasKeyIdsAllocated()) {
                    return honest;
                }
                KeyIdsAllocated.Builder allocated = KeyIdsAllocated.newBuilder();
                for (int i = 0; i < count; i++) {
                    allocated.addServerRandom(ByteString.copyFrom(new byte[32]));
                }
                return Response.newBuilder().setKeyIdsAllocated(allocated).build();
            };

            assertRefused(Reason.INTEGRITY, () -> store("third"));
        }
    }

    @Nested
    final class About_a_secret {

        static Stream<BinaryOperator<StoredSecret>> swaps() {
            return Stream.of(
                    (own, other) -> other,
                    (own, other) -> own.toBuilder()
                            .setSealedSecret(other.getSealedSecret())
                            .build(),
                    (own, other) -> own.toBuilder()
                            .setSealedDescriptor(other.getSealedDescriptor())
                            .build(),
                    (own, other) -> own.toBuilder().setKeyId(other.getKeyId()).build(),
                    (own, other) ->
                            own.toBuilder().setLabelTag(other.getLabelTag()).build(),
                    (own, other) -> other.toBuilder().setKeyId(own.getKeyId()).build(),
                    (own, other) ->
                            other.toBuilder().setLabelTag(own.getLabelTag()).build(),
                    (own, other) -> other.toBuilder()
                            .setKeyId(own.getKeyId())
                            .setLabelTag(own.getLabelTag())
                            .build(),
                    (own, other) -> own.toBuilder()
                            .setSealedDescriptor(own.getSealedSecret())
                            .build(),
                    (own, other) -> own.toBuilder()
                            .setSealedSecret(own.getSealedDescriptor())
                            .build());
        }

        @ParameterizedTest
        @MethodSource("swaps")
        void swap_with_another_of_the_owner_is_noticed(BinaryOperator<StoredSecret> swap) {
            lies.secret = honest -> swap.apply(honest, lies.other);

            retrieveRefused();
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 13, 14, 28, 29, 60})
        void changed_byte_of_the_secret_is_noticed(int index) {
            lies.secret = honest -> honest.toBuilder()
                    .setSealedSecret(flipped(honest.getSealedSecret(), index))
                    .build();

            retrieveRefused();
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 13, 14, 28, 29})
        void changed_byte_of_the_descriptor_is_noticed(int index) {
            lies.secret = honest -> honest.toBuilder()
                    .setSealedDescriptor(flipped(honest.getSealedDescriptor(), index))
                    .build();

            retrieveRefused();
        }

        @Test
        void secret_of_another_account_is_noticed() throws KeyClientException {
            KeyClient client = loopback.newClient();
            client.register(name("mallory"), password);
            StoredSecret[] theirs = new StoredSecret[1];
            lies.secret = honest -> {
                theirs[0] = honest;
                return honest;
            };
            try (KeySession mallory = client.logIn(name("mallory"), password);
                    SecretBytes secret = SecretBytes.allocate(32)) {
                mallory.store(label("first"), secret, SecretType.OPAQUE_BYTES);
                mallory.retrieve(label("first"), RetrievalIntent.LOCAL_USE).close();
            }
            lies.secret = honest -> theirs[0];
            retrieveRefused();

            lies.secret = honest -> theirs[0].toBuilder()
                    .setKeyId(honest.getKeyId())
                    .setLabelTag(honest.getLabelTag())
                    .build();
            retrieveRefused();
        }
    }

    @Nested
    final class About_the_log {

        private void read(UnaryOperator<AuditLogRead.Builder> lie) {
            lies.answer = honest -> honest.hasAuditLogRead()
                    ? Response.newBuilder()
                            .setAuditLogRead(lie.apply(honest.getAuditLogRead().toBuilder()))
                            .build()
                    : honest;
            assertRefused(Reason.INTEGRITY, () -> session.audit(3, 2));
        }

        @Test
        void changed_missing_or_added_entries_are_noticed() {
            read(log -> log.setEntries(0, flipped(log.getEntries(0), 60)));
            read(log -> log.setEntries(0, log.getEntries(1)));
            read(log -> log.clearEntries());
            read(log -> log.addEntries(log.getEntries(0)));
            read(log -> log.setBefore(flipped(log.getBefore(), 3)));
        }

        @Test
        void another_head_beside_honest_entries_is_noticed() {
            read(log -> log.setAudit(
                    log.getAudit().toBuilder().setHead(flipped(log.getAudit().getHead(), 3))));
            read(log -> log.setAudit(log.getAudit().toBuilder().setN(1)));
        }
    }

    @Nested
    final class About_a_list {

        private void listed(UnaryOperator<SecretsListed.Builder> lie) {
            lies.answer = honest -> Response.newBuilder()
                    .setSecretsListed(lie.apply(honest.getSecretsListed().toBuilder()))
                    .build();
        }

        private void listRefused() {
            assertRefused(Reason.INTEGRITY, () -> session.list(0, 2));
        }

        @Test
        void swapped_descriptors_are_noticed() {
            listed(page -> page.setSecrets(
                    0,
                    page.getSecrets(0).toBuilder()
                            .setSealedDescriptor(page.getSecrets(1).getSealedDescriptor())));

            listRefused();
        }

        @Test
        void swapped_key_ids_are_noticed() {
            listed(page -> page.setSecrets(
                    0,
                    page.getSecrets(0).toBuilder().setKeyId(page.getSecrets(1).getKeyId())));

            listRefused();
        }

        @Test
        void another_label_tag_is_noticed() {
            listed(page -> page.setSecrets(
                    0,
                    page.getSecrets(0).toBuilder()
                            .setLabelTag(page.getSecrets(1).getLabelTag())));

            listRefused();
        }

        @Test
        void repeated_line_is_noticed() {
            listed(page -> page.setSecrets(0, page.getSecrets(1)));

            listRefused();
        }

        @Test
        void page_that_repeats_another_is_noticed_at_once() throws KeyClientException {
            ListedSecret[] lines = new ListedSecret[1];
            listed(page -> {
                lines[0] = page.getSecrets(0);
                return page;
            });
            session.list(0, 2);
            AtomicInteger pages = new AtomicInteger();
            listed(page -> page.clearSecrets().addSecrets(lines[0]).setNext(pages.incrementAndGet()));

            assertRefused(Reason.INTEGRITY, () -> session.listAll());
            assertThat(pages).hasValue(1);
        }

        @Test
        void page_longer_than_asked_is_noticed() {
            listed(page -> page.addSecrets(page.getSecrets(0)));

            listRefused();
        }

        @ParameterizedTest
        @ValueSource(longs = {1, 5, -1})
        void page_that_leads_back_is_noticed(long next) {
            listed(page -> page.clearSecrets().setNext(next));
            assertRefused(Reason.INTEGRITY, () -> session.list(5, 2));

            listed(page -> page.setNext(next));
            assertRefused(Reason.INTEGRITY, () -> session.list(5, 2));
        }

        @Test
        void list_that_is_not_found_is_noticed() {
            lies.answer = honest -> Response.newBuilder()
                    .setFailure(Failure.newBuilder().setCode(FailureCode.FAILURE_CODE_NOT_FOUND))
                    .build();

            listRefused();
        }

        @Test
        void empty_page_that_leads_on_is_noticed() {
            listed(page -> page.clearSecrets().setNext(7));

            listRefused();
        }

        @Test
        void time_that_can_not_be_is_noticed() {
            listed(page -> page.setSecrets(0, page.getSecrets(0).toBuilder().setLastRetrievedUnixMs(-1)));

            listRefused();
        }

        @Test
        void honest_list_has_both_secrets() throws KeyClientException {
            assertThat(session.list(0, 2).secrets())
                    .extracting(SecretSummary::keyId)
                    .containsExactly(first, second);
        }
    }
}
