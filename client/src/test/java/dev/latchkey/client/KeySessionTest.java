package dev.latchkey.client;

import static dev.latchkey.client.Loopback.label;
import static dev.latchkey.client.Loopback.name;
import static dev.latchkey.client.Loopback.password;
import static dev.latchkey.client.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.testserver.AccountLog;
import dev.latchkey.client.testserver.Steps;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Origin;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.SecretType;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What an owner does with secrets in a session, at an honest server that may lose an answer. */
final class KeySessionTest {

    private final LosesAnswers losing = new LosesAnswers();
    private final Loopback loopback = Loopback.with(losing);
    private final Password password = password("correct horse battery staple");
    private KeySession session;

    /** Loses the next answer to an operation, after it was carried out. */
    private static final class LosesAnswers extends Steps {

        private Request.OperationCase next;
        private final List<Request.OperationCase> asked = new ArrayList<>();

        @Override
        protected Response answer(Request request, Response honest) throws StatusException {
            asked.add(request.getOperationCase());
            if (request.getOperationCase() == next) {
                next = null;
                throw Status.UNAVAILABLE.asException();
            }
            return honest;
        }
    }

    @BeforeEach
    void logIn() throws KeyClientException {
        KeyClient client = loopback.newClient();
        client.register(name("alice"), password);
        session = client.logIn(name("alice"), password);
    }

    @AfterEach
    void close() {
        session.close();
        password.close();
        loopback.close();
    }

    private KeySession other() throws KeyClientException {
        return loopback.newClient().logIn(name("alice"), password);
    }

    private KeyId store(String text) throws KeyClientException {
        try (SecretBytes secret = SecretBytes.copyOf(new byte[] {1, 2, 3})) {
            return session.store(label(text), secret, SecretType.OPAQUE_BYTES);
        }
    }

    private SecretSummary replace(SecretSummary expected, int first) throws KeyClientException {
        try (SecretBytes secret = SecretBytes.copyOf(new byte[] {(byte) first, 9})) {
            return session.replace(expected, secret, Origin.IMPORTED_KEY);
        }
    }

    private int firstByte(KeySession from, String text) throws KeyClientException {
        try (RetrievedSecret secret = from.retrieve(label(text), RetrievalIntent.LOCAL_USE)) {
            return secret.secret().exposed()[0];
        }
    }

    @Nested
    final class A_secret {

        @Test
        void generated_here_is_as_long_as_asked_and_is_the_clients() throws KeyClientException {
            KeyId keyId = session.generate(label("new"), SecretType.SYMMETRIC_KEY, 48);

            try (RetrievedSecret secret = session.retrieve(keyId, RetrievalIntent.LOCAL_USE)) {
                assertThat(secret.secret().length()).isEqualTo(48);
                assertThat(secret.descriptor().origin()).isEqualTo(Origin.CLIENT_GENERATED);
                assertThat(secret.descriptor().type()).contains(SecretType.SYMMETRIC_KEY);
            }
        }

        @Test
        void generated_at_the_server_says_so() throws KeyClientException {
            KeyId keyId = session.generateAtServer(label("theirs"), SecretType.SYMMETRIC_KEY, 24);

            try (RetrievedSecret secret = session.retrieve(keyId, RetrievalIntent.LOCAL_USE)) {
                assertThat(secret.secret().length()).isEqualTo(24);
                assertThat(secret.descriptor().origin()).isEqualTo(Origin.SERVER_GENERATED);
                KeyClientException failure = assertRefused(Reason.CONFLICT, () -> replace(secret.summary(), 1));
                assertThat(failure).hasMessageContaining("Delete it");
            }
        }

        @Test
        void is_found_without_being_retrieved() throws KeyClientException {
            KeyId keyId = store("one");
            long n = session.audit(Long.MAX_VALUE, 1).records().get(0).n();

            SecretSummary byLabel = session.find(label("one"));
            SecretSummary byKeyId = session.find(keyId);

            assertThat(byLabel).isEqualTo(byKeyId);
            assertThat(byLabel.descriptor().label()).isEqualTo(label("one"));
            assertThat(session.audit(Long.MAX_VALUE, 1).records().get(0).n()).isEqualTo(n);
            assertThat(byLabel).isEqualTo(session.listAll().get(0));
        }

        @Test
        void that_is_not_there_is_not_found() throws KeyClientException {
            store("one");
            KeyId nobodys = KeyId.of(new byte[16]);

            assertRefused(Reason.NOT_FOUND, () -> session.find(label("two")));
            assertRefused(Reason.NOT_FOUND, () -> session.find(nobodys));
            assertRefused(Reason.NOT_FOUND, () -> session.retrieve(label("two"), RetrievalIntent.LOCAL_USE));
            assertRefused(Reason.NOT_FOUND, () -> session.retrieve(nobodys, RetrievalIntent.LOCAL_USE));
            assertThat(session.find(List.of(nobodys))).isEmpty();
        }

        @Test
        void replaced_keeps_label_type_time_and_place() throws KeyClientException {
            store("one");
            store("two");
            SecretSummary before = session.find(label("one"));

            SecretSummary after = replace(before, 77);

            assertThat(after.keyId()).isEqualTo(before.keyId());
            assertThat(after.descriptor()).isEqualTo(before.descriptor());
            assertThat(after.version()).isNotEqualTo(before.version());
            assertThat(session.find(label("one"))).isEqualTo(after);
            assertThat(firstByte(session, "one")).isEqualTo(77);
            assertThat(session.listAll())
                    .extracting(SecretSummary::keyId)
                    .containsExactly(before.keyId(), session.find(label("two")).keyId());
        }

        @Test
        void replaced_meanwhile_is_a_conflict_and_stays() throws KeyClientException {
            store("one");
            SecretSummary seen = session.find(label("one"));
            replace(seen, 50);

            assertRefused(Reason.CONFLICT, () -> replace(seen, 60));
            assertRefused(Reason.CONFLICT, () -> session.rename(seen, label("two")));
            assertRefused(Reason.CONFLICT, () -> session.delete(seen));
            assertThat(firstByte(session, "one")).isEqualTo(50);
        }

        @Test
        void renamed_and_replaced_many_times_is_always_what_it_was_last() throws KeyClientException {
            store("name 0");
            SecretSummary at = session.find(label("name 0"));
            for (int i = 1; i <= 5; i++) {
                at = session.rename(at, label("name " + i));
                at = replace(at, i);
                assertThat(firstByte(session, "name " + i)).isEqualTo(i);
            }
            try (KeySession later = other()) {
                assertThat(firstByte(later, "name 5")).isEqualTo(5);
                assertThat(later.find(at.keyId()).version()).isEqualTo(at.version());
            }
            assertRefused(Reason.NOT_FOUND, () -> session.find(label("name 4")));
        }

        @Test
        void renamed_to_a_label_in_use_stays() throws KeyClientException {
            store("one");
            store("two");
            SecretSummary one = session.find(label("one"));

            assertRefused(Reason.LABEL_EXISTS, () -> session.rename(one, label("two")));
            assertThat(session.find(label("one"))).isEqualTo(one);
        }

        @Test
        void deleted_is_gone_and_its_label_free() throws KeyClientException {
            store("one");
            SecretSummary one = session.find(label("one"));

            session.delete(one);

            assertThat(session.listAll()).isEmpty();
            assertRefused(Reason.NOT_FOUND, () -> replace(one, 1));
            store("one");
            assertThat(session.listAll()).hasSize(1);
        }

        @Test
        void changed_with_a_lost_answer_is_changed_once() throws KeyClientException {
            store("one");
            losing.next = Request.OperationCase.REPLACE_SECRET;
            SecretSummary replaced = replace(session.find(label("one")), 5);
            losing.next = Request.OperationCase.RENAME_SECRET;
            SecretSummary renamed = session.rename(replaced, label("two"));
            losing.next = Request.OperationCase.DELETE_SECRET;
            session.delete(renamed);
            losing.next = Request.OperationCase.GENERATE_SECRET;
            session.generateAtServer(label("three"), SecretType.OPAQUE_BYTES, 8);

            assertThat(session.audit(Long.MAX_VALUE, 5).records())
                    .extracting(record -> record.action().orElseThrow())
                    .containsExactly(
                            AuditAction.SECRET_GENERATED_AT_SERVER,
                            AuditAction.SECRET_DELETED,
                            AuditAction.SECRET_RENAMED,
                            AuditAction.SECRET_REPLACED,
                            AuditAction.SECRET_STORED);
        }
    }

    @Nested
    final class Several_secrets {

        private List<NewSecret> secrets(int count, SecretBytes bytes) {
            return IntStream.range(0, count)
                    .mapToObj(i -> new NewSecret(
                            label("many " + i),
                            bytes,
                            SecretType.OPAQUE_BYTES,
                            Origin.IMPORTED_KEY,
                            Instant.ofEpochMilli(1000 + i)))
                    .toList();
        }

        @Test
        void are_stored_and_retrieved_at_once() throws KeyClientException {
            try (SecretBytes bytes = SecretBytes.allocate(10)) {
                List<KeyId> keyIds = session.store(secrets(64, bytes));

                List<RetrievedSecret> back = session.retrieve(keyIds, RetrievalIntent.EXPORT);

                assertThat(back).extracting(RetrievedSecret::keyId).containsExactlyElementsOf(keyIds);
                assertThat(back.get(63).descriptor().createdUnixMs()).isEqualTo(1063);
                back.forEach(RetrievedSecret::close);
                assertThat(losing.asked.stream().filter(Request.OperationCase.RETRIEVE_SECRETS::equals))
                        .hasSize(1);
            }
        }

        @Test
        void too_large_for_one_answer_come_in_several() throws KeyClientException {
            List<KeyId> keyIds = new ArrayList<>();
            try (SecretBytes bytes = SecretBytes.allocate(KeySession.MAX_SECRET_BYTES)) {
                for (NewSecret secret : secrets(20, bytes)) {
                    keyIds.addAll(session.store(List.of(secret)));
                }
            }

            List<RetrievedSecret> back = session.retrieve(keyIds, RetrievalIntent.EXPORT);

            assertThat(back).extracting(RetrievedSecret::keyId).containsExactlyElementsOf(keyIds);
            back.forEach(RetrievedSecret::close);
        }

        @Test
        void of_which_one_label_is_taken_are_all_left_out() throws KeyClientException {
            store("many 1");
            try (SecretBytes bytes = SecretBytes.allocate(10)) {
                assertRefused(Reason.LABEL_EXISTS, () -> session.store(secrets(3, bytes)));
            }
            assertThat(session.listAll()).hasSize(1);
        }

        @Test
        void are_found_as_far_as_they_exist_in_any_number() throws KeyClientException {
            List<KeyId> keyIds = new ArrayList<>();
            try (SecretBytes bytes = SecretBytes.allocate(10)) {
                keyIds.addAll(session.store(secrets(64, bytes)));
            }
            for (int i = 0; i < 20; i++) {
                keyIds.add(store("more " + i));
            }
            session.delete(session.find(keyIds.get(0)));
            try (KeySession device = other()) {
                device.delete(device.find(keyIds.get(70)));
            }

            List<SecretSummary> found = session.find(keyIds);

            List<KeyId> left = new ArrayList<>(keyIds);
            left.remove(70);
            left.remove(0);
            assertThat(found).extracting(SecretSummary::keyId).containsExactlyElementsOf(left);
        }

        @Test
        void more_than_fit_are_a_callers_mistake() {
            assertThatIllegalArgumentException().isThrownBy(() -> session.store(List.of()));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> session.retrieve(List.<KeyId>of(), RetrievalIntent.EXPORT));
        }
    }

    @Nested
    final class The_log {

        @Test
        void is_read_from_its_end_in_pages() throws KeyClientException {
            for (int i = 0; i < 8; i++) {
                store("number " + i);
            }
            List<Long> numbers = new ArrayList<>();
            OptionalLong before = OptionalLong.of(Long.MAX_VALUE);
            while (before.isPresent()) {
                AuditPage page = session.audit(before.getAsLong(), 3);
                page.records().forEach(record -> numbers.add(record.n()));
                before = page.next();
            }

            assertThat(numbers)
                    .isEqualTo(LongStream.iterate(10, n -> n >= 1, n -> n - 1)
                            .boxed()
                            .toList());
        }

        @Test
        void is_read_from_anywhere() throws KeyClientException {
            for (int i = 0; i < 8; i++) {
                store("number " + i);
            }

            assertThat(session.audit(5, 2).records()).extracting(AuditRecord::n).containsExactly(4L, 3L);
            assertThat(session.audit(1, 2).records()).isEmpty();
            assertThat(session.audit(100, 2).records())
                    .extracting(AuditRecord::n)
                    .containsExactly(10L, 9L);
        }

        @Test
        void shows_what_another_device_did_a_moment_ago() throws KeyClientException {
            session.listAll();
            try (KeySession device = other()) {
                device.generate(label("there"), SecretType.OPAQUE_BYTES, 5);
            }

            AuditRecord newest = session.audit(Long.MAX_VALUE, 1).records().get(0);

            assertThat(newest.action()).contains(AuditAction.SECRET_STORED);
            assertThat(newest.keyId()).contains(session.find(label("there")).keyId());
        }

        private void grow(int entries) {
            AccountLog log = loopback.service().account(name("alice")).log();
            List<AuditEntry> grown = new ArrayList<>(log.entries());
            grown.addAll(Collections.nCopies(entries, grown.get(1)));
            log.rewrite(grown);
        }

        @Test
        void that_is_long_is_read_whole_when_it_is_first_needed() throws KeyClientException {
            grow(10_000);
            try (KeySession late = other()) {
                losing.asked.clear();
                late.generate(label("late"), SecretType.OPAQUE_BYTES, 3);
                late.listAll();

                assertThat(losing.asked.stream().filter(Request.OperationCase.READ_AUDIT_LOG::equals))
                        .hasSize(2);
                assertThat(late.audit(Long.MAX_VALUE, 1000).next()).hasValue(10_004 - 1000 + 1);
            }
        }

        @Test
        void that_has_grown_much_meanwhile_is_read_on() throws KeyClientException {
            store("one");
            grow(100);

            assertThat(firstByte(session, "one")).isEqualTo(1);
            store("two");
            assertThat(session.listAll()).hasSize(2);
            assertThat(session.audit(Long.MAX_VALUE, 1000).records()).hasSize(105);
        }

        @Test
        void without_a_memory_is_seen_for_the_first_time() {
            assertThat(session.history()).isEqualTo(History.FIRST_SEEN);
        }
    }

    @Nested
    final class Two_devices {

        @Test
        void with_many_requests_side_by_side_raise_no_alarm() throws Exception {
            store("shared");
            ExecutorService threads = Executors.newFixedThreadPool(8);
            try (KeySession device = other()) {
                List<Future<Void>> results = new ArrayList<>();
                for (int i = 0; i < 80; i++) {
                    results.add(threads.submit(work(i % 2 == 0 ? session : device, i)));
                }
                for (Future<Void> result : results) {
                    result.get();
                }
            } finally {
                threads.shutdown();
            }
            assertThat(session.listAll()).hasSize(21);
        }

        private Callable<Void> work(KeySession by, int i) {
            return () -> {
                switch (i / 2 % 4) {
                    case 0 -> by.generate(label("of " + i), SecretType.OPAQUE_BYTES, 4);
                    case 1 -> firstByte(by, "shared");
                    case 2 -> assertThat(by.listAll()).isNotEmpty();
                    default ->
                        assertThat(by.audit(Long.MAX_VALUE, 10).records()).hasSizeGreaterThan(2);
                }
                return null;
            };
        }
    }
}
