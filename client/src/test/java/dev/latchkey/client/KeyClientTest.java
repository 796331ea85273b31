package dev.latchkey.client;

import static dev.latchkey.client.Loopback.label;
import static dev.latchkey.client.Loopback.name;
import static dev.latchkey.client.Loopback.password;
import static dev.latchkey.client.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Origin;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.SecretType;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client does at an honest server. */
final class KeyClientTest {

    private final Loopback loopback = Loopback.honest();
    private final Password password = password("correct horse battery staple");

    @AfterEach
    void close() {
        password.close();
        loopback.close();
    }

    private static SecretBytes secret(String text) {
        return SecretBytes.takeOwnership(text.getBytes(StandardCharsets.UTF_8));
    }

    @Nested
    final class A_free_name {

        @Test
        void register_makes_an_account_whose_log_has_one_entry() throws KeyClientException {
            Registration registration = loopback.newClient().register(name("alice"), password);

            assertThat(loopback.service().accounts()).isEqualTo(1);
            assertThat(registration.head().n()).isEqualTo(1);
            assertThat(registration.userId().toByteArray()[6] & 0xf0).isEqualTo(0x40);
        }

        @Test
        void register_leaves_no_session_open() throws KeyClientException {
            loopback.newClient().register(name("alice"), password);

            assertThat(loopback.service().sessions()).isZero();
        }

        @Test
        void register_tells_each_step_before_it_starts() throws KeyClientException {
            loopback.newClient().register(name("alice"), password);

            assertThat(loopback.told())
                    .containsExactly(
                            Step.CONNECTING,
                            Step.STRETCHING_PASSWORD,
                            Step.STRETCHING_PASSWORD,
                            Step.OPENING_SESSION,
                            Step.COMPLETING_REGISTRATION);
        }

        @Test
        void logIn_can_not_be_told_from_a_wrong_password() throws KeyClientException {
            KeyClient client = loopback.newClient();
            client.register(name("alice"), password);
            try (Password wrong = password("correct horse battery stable")) {
                KeyClientException unknown =
                        assertRefused(Reason.WRONG_PASSWORD, () -> client.logIn(name("bob"), password));
                KeyClientException known =
                        assertRefused(Reason.WRONG_PASSWORD, () -> client.logIn(name("alice"), wrong));

                assertThat(unknown).hasMessage(known.getMessage());
            }
        }
    }

    @Nested
    final class A_registered_account {

        private Registration registration;

        @BeforeEach
        void register() throws KeyClientException {
            registration = loopback.newClient().register(name("alice"), password);
            loopback.told().clear();
        }

        @Test
        void register_again_is_refused() throws KeyClientException {
            KeyClient client = loopback.newClient();

            assertRefused(Reason.NAME_TAKEN, () -> client.register(name("Alice"), password));
            assertThat(loopback.service().accounts()).isEqualTo(1);
        }

        @Test
        void logIn_on_another_device_opens_a_session_of_the_same_user() throws KeyClientException {
            try (KeySession session = loopback.newClient().logIn(name("ALICE"), password)) {
                assertThat(session.facts().userId()).isEqualTo(registration.userId());
                assertThat(session.facts().audit().n()).isEqualTo(2);
                assertThat(session.facts().lastLogin()).isEmpty();
                assertThat(session.facts().lastFailure()).isEmpty();
                assertThat(session.facts().failures()).isZero();
                assertThat(session.facts().limits().maxRequests()).isEqualTo(1000);
            }
        }

        @Test
        void logIn_with_the_password_in_another_unicode_form_opens() throws KeyClientException {
            KeyClient client = loopback.newClient();
            try (Password composed = password("p\u00e4ssw\u00f6rd");
                    Password decomposed = password("pa\u0308sswo\u0308rd")) {
                client.register(name("bob"), composed);

                client.logIn(name("bob"), decomposed).close();
            }
        }

        @Test
        void logIn_tells_each_step_before_it_starts() throws KeyClientException {
            loopback.newClient().logIn(name("alice"), password).close();

            assertThat(loopback.told())
                    .containsExactly(
                            Step.CONNECTING,
                            Step.STRETCHING_PASSWORD,
                            Step.OPENING_SESSION,
                            Step.RETRIEVING_STORAGE_KEY);
        }

        @Test
        void password_stays_its_owners() throws KeyClientException {
            loopback.newClient().logIn(name("alice"), password).close();

            assertThat(password.utf8().length()).isEqualTo(28);
        }
    }

    @Nested
    final class An_open_session {

        private KeySession session;

        @BeforeEach
        void open() throws KeyClientException {
            loopback.newClient().register(name("alice"), password);
            KeyClient client = loopback.newClient(
                    loopback.builder().clock(Clock.fixed(Instant.parse("2026-11-22T10:15:30Z"), ZoneOffset.UTC)));
            session = client.logIn(name("alice"), password);
        }

        @AfterEach
        void closeSession() {
            session.close();
        }

        @Test
        void secret_stored_comes_back_on_another_device_byte_for_byte() throws KeyClientException {
            KeyId keyId;
            try (SecretBytes secret = secret("the launch code")) {
                keyId = session.store(label("code"), secret, SecretType.SYMMETRIC_KEY);
            }
            session.close();

            try (KeySession later = loopback.newClient().logIn(name("alice"), password);
                    RetrievedSecret retrieved = later.retrieve(label("code"), RetrievalIntent.EXPORT);
                    SecretBytes expected = secret("the launch code")) {
                assertThat(retrieved.secret().constantTimeEquals(expected)).isTrue();
                assertThat(retrieved.keyId()).isEqualTo(keyId);
                assertThat(retrieved.descriptor().label()).isEqualTo(label("code"));
                assertThat(retrieved.descriptor().type()).contains(SecretType.SYMMETRIC_KEY);
                assertThat(retrieved.descriptor().origin()).isEqualTo(Origin.IMPORTED_KEY);
                assertThat(retrieved.descriptor().createdUnixMs())
                        .isEqualTo(Instant.parse("2026-11-22T10:15:30Z").toEpochMilli());
            }
        }

        @Test
        void retrieve_by_key_id_gives_the_secret() throws KeyClientException {
            try (SecretBytes secret = secret("the launch code")) {
                KeyId keyId = session.store(label("code"), secret, SecretType.OPAQUE_BYTES, Origin.CLIENT_GENERATED);

                try (RetrievedSecret retrieved = session.retrieve(keyId, RetrievalIntent.LOCAL_USE)) {
                    assertThat(retrieved.secret().constantTimeEquals(secret)).isTrue();
                    assertThat(retrieved.descriptor().origin()).isEqualTo(Origin.CLIENT_GENERATED);
                }
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 65_535})
        void secret_of_a_size_at_the_bound_comes_back(int size) throws KeyClientException {
            try (SecretBytes secret = SecretBytes.allocate(size)) {
                session.store(label("zeros"), secret, SecretType.OPAQUE_BYTES);

                try (RetrievedSecret retrieved = session.retrieve(label("zeros"), RetrievalIntent.LOCAL_USE)) {
                    assertThat(retrieved.secret().constantTimeEquals(secret)).isTrue();
                }
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 65_536})
        void secret_of_a_size_beyond_the_bound_is_refused(int size) {
            try (SecretBytes secret = SecretBytes.allocate(size)) {
                assertThatThrownBy(() -> session.store(label("zeros"), secret, SecretType.OPAQUE_BYTES))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }

        @Test
        void secret_that_claims_to_be_the_servers_is_refused() {
            try (SecretBytes secret = secret("mine")) {
                assertThatThrownBy(() ->
                                session.store(label("mine"), secret, SecretType.OPAQUE_BYTES, Origin.SERVER_GENERATED))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }

        @Test
        void label_in_use_is_refused_and_keeps_its_secret() throws KeyClientException {
            try (SecretBytes first = secret("first");
                    SecretBytes second = secret("second")) {
                session.store(label("code"), first, SecretType.OPAQUE_BYTES);

                assertRefused(Reason.LABEL_EXISTS, () -> session.store(label("code"), second, SecretType.OPAQUE_BYTES));
                try (RetrievedSecret kept = session.retrieve(label("code"), RetrievalIntent.LOCAL_USE)) {
                    assertThat(kept.secret().constantTimeEquals(first)).isTrue();
                }
            }
        }

        @Test
        void label_that_is_not_there_is_not_found() {
            assertRefused(Reason.NOT_FOUND, () -> session.retrieve(label("nothing"), RetrievalIntent.LOCAL_USE));
        }

        @Test
        void key_id_that_is_not_there_is_not_found() {
            assertRefused(Reason.NOT_FOUND, () -> session.retrieve(KeyId.of(new byte[16]), RetrievalIntent.LOCAL_USE));
        }

        @Test
        void list_gives_all_secrets_in_pages_oldest_first() throws KeyClientException {
            for (String text : List.of("a", "b", "c")) {
                try (SecretBytes secret = secret(text)) {
                    session.store(label(text), secret, SecretType.OPAQUE_BYTES);
                }
            }

            SecretsPage first = session.list(0, 2);
            SecretsPage second = session.list(first.next().orElseThrow(), 2);

            assertThat(first.secrets())
                    .extracting(line -> line.descriptor().label().value())
                    .containsExactly("a", "b");
            assertThat(second.secrets())
                    .extracting(line -> line.descriptor().label().value())
                    .containsExactly("c");
            assertThat(second.next()).isEmpty();
            assertThat(session.listAll())
                    .extracting(line -> line.descriptor().label().value())
                    .containsExactly("a", "b", "c");
        }

        @Test
        void list_of_an_empty_account_is_one_empty_page() throws KeyClientException {
            SecretsPage page = session.list(0, KeySession.MAX_PAGE);

            assertThat(page.secrets()).isEmpty();
            assertThat(page.next()).isEmpty();
            assertThat(session.listAll()).isEmpty();
        }

        @Test
        void page_beyond_its_bounds_is_refused() {
            assertThatThrownBy(() -> session.list(0, 0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> session.list(0, 501)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> session.list(-1, 1)).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void requests_of_many_threads_run_side_by_side() throws Exception {
            try (SecretBytes secret = secret("shared")) {
                session.store(label("shared"), secret, SecretType.OPAQUE_BYTES);
            }
            ExecutorService threads = Executors.newFixedThreadPool(48);
            try {
                List<Future<Integer>> all = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    all.add(threads.submit(() -> {
                        try (RetrievedSecret one = session.retrieve(label("shared"), RetrievalIntent.LOCAL_USE)) {
                            return one.secret().length();
                        }
                    }));
                }
                for (Future<Integer> one : all) {
                    assertThat(one.get(1, TimeUnit.MINUTES)).isEqualTo(6);
                }
            } finally {
                threads.shutdownNow();
            }
        }

        @Test
        void goes_on_over_a_new_connection() throws KeyClientException {
            try (SecretBytes secret = secret("kept")) {
                session.store(label("kept"), secret, SecretType.OPAQUE_BYTES);
            }
            loopback.stop();
            loopback.startAgain();

            try (RetrievedSecret kept = session.retrieve(label("kept"), RetrievalIntent.LOCAL_USE)) {
                assertThat(kept.secret().length()).isEqualTo(4);
            }
        }

        @Test
        void that_the_server_has_forgotten_has_ended() {
            loopback.service().forgetSessions();

            assertRefused(Reason.SESSION_ENDED, () -> session.list(0, 1));
        }

        @Test
        void texts_show_no_secret() throws KeyClientException {
            try (SecretBytes secret = secret("the launch code")) {
                session.store(label("code"), secret, SecretType.OPAQUE_BYTES);
            }
            try (RetrievedSecret retrieved = session.retrieve(label("code"), RetrievalIntent.LOCAL_USE)) {
                assertThat(retrieved.toString()).contains("REDACTED").doesNotContain("launch");
            }
            assertThat(session.toString()).contains("REDACTED");
        }

        @Test
        void close_ends_it_at_the_server() {
            assertThat(loopback.service().sessions()).isEqualTo(1);

            session.close();

            assertThat(loopback.service().sessions()).isZero();
        }

        @Test
        void close_does_not_need_the_server() {
            loopback.stop();

            session.close();

            assertThatThrownBy(() -> session.list(0, 1)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Nested
    final class A_closed_session {

        private KeySession session;

        @BeforeEach
        void close() throws KeyClientException {
            loopback.newClient().register(name("alice"), password);
            session = loopback.newClient().logIn(name("alice"), password);
            session.close();
        }

        @Test
        void does_nothing_any_more() {
            try (SecretBytes secret = secret("late")) {
                assertThatThrownBy(() -> session.store(label("late"), secret, SecretType.OPAQUE_BYTES))
                        .isInstanceOf(IllegalStateException.class);
            }
            assertThatThrownBy(() -> session.retrieve(label("late"), RetrievalIntent.LOCAL_USE))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> session.list(0, 1)).isInstanceOf(IllegalStateException.class);
        }

        @Test
        void may_be_closed_again_and_keeps_its_facts() {
            session.close();

            assertThat(session.facts().audit().n()).isEqualTo(2);
        }
    }
}
