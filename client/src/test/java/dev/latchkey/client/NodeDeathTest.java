package dev.latchkey.client;

import static dev.latchkey.client.Loopback.label;
import static dev.latchkey.client.Loopback.name;
import static dev.latchkey.client.Loopback.password;
import static dev.latchkey.client.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.testserver.Steps;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Origin;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.SecretType;
import dev.latchkey.protocol.wire.OpenSessionRequest;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Request.OperationCase;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.SessionOpened;
import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nodes die and hang behind a balancer, and a client that is at work notices a repetition and no more. */
final class NodeDeathTest {

    private final Password password = password("correct horse battery staple");
    private final Dying steps = new Dying();
    private final Loopback loopback = Loopback.with(steps);
    private final Balancer balancer = Balancer.before(loopback.address());
    private final List<KeyClient> clients = new ArrayList<>();

    @BeforeEach
    void placeBehindTheBalancer() {
        steps.balancer = balancer;
    }

    @AfterEach
    void close() {
        clients.forEach(KeyClient::close);
        password.close();
        balancer.close();
        loopback.close();
    }

    private static final Set<Integer> CHANGES = Set.of(
            AuditAction.SECRET_STORED.code(),
            AuditAction.SECRET_GENERATED_AT_SERVER.code(),
            AuditAction.SECRET_REPLACED.code(),
            AuditAction.SECRET_RENAMED.code(),
            AuditAction.SECRET_DELETED.code());

    /** Where in a handshake a node dies. */
    enum Place {
        BEFORE_KE2,
        WITH_KE3_UNREAD,
        BEFORE_SESSION_OPENED
    }

    /** Cuts all connections at places in handshakes, and at operations before or after they are carried out. */
    private static final class Dying extends Steps {

        private Balancer balancer;
        private final Set<Place> places = EnumSet.noneOf(Place.class);
        private final Set<ByteString> ke1s = new HashSet<>();
        private OperationCase operation = OperationCase.OPERATION_NOT_SET;
        private int loginsThatDie;
        private boolean hangs;
        private int before;
        private int after;
        private int vanished;

        private void die() {
            if (hangs) {
                balancer.hang();
            } else {
                balancer.cut();
            }
        }

        private void dieAt(Place place) {
            if (places.remove(place)) {
                die();
            }
        }

        @Override
        protected void beforeLogin() throws StatusException {
            if (loginsThatDie-- > 0) {
                die();
                throw Status.UNAVAILABLE.asException();
            }
        }

        @Override
        protected ByteString ke2(ByteString ke1, ByteString honest) {
            ke1s.add(ke1);
            dieAt(Place.BEFORE_KE2);
            return honest;
        }

        @Override
        protected void beforeReading(OpenSessionRequest request) throws StatusException {
            if (places.contains(Place.WITH_KE3_UNREAD)) {
                dieAt(Place.WITH_KE3_UNREAD);
                throw Status.UNAVAILABLE.asException();
            }
        }

        @Override
        protected SessionOpened opened(SessionOpened honest) {
            dieAt(Place.BEFORE_SESSION_OPENED);
            return honest;
        }

        @Override
        protected void beforeCarryingOut(Request request) throws StatusException {
            if (request.getOperationCase() != operation) {
                return;
            }
            if (vanished-- > 0) {
                throw Status.UNAUTHENTICATED.asException();
            }
            if (before-- > 0) {
                die();
                throw Status.UNAVAILABLE.asException();
            }
        }

        @Override
        protected Response answer(Request request, Response honest) {
            if (request.getOperationCase() == operation && after-- > 0) {
                die();
            }
            return honest;
        }
    }

    private KeyClient.Builder builder() {
        return loopback.builder(balancer.address());
    }

    private KeyClient newClient(KeyClient.Builder builder) throws KeyClientException {
        KeyClient client = builder.build();
        clients.add(client);
        return client;
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void login_outlives_a_node(Place place) throws KeyClientException {
        KeyClient client = newClient(builder());
        client.register(name("alice"), password);
        steps.ke1s.clear();
        steps.places.add(place);

        try (KeySession session = client.logIn(name("alice"), password)) {
            assertThat(session.listAll()).isEmpty();
        }
        assertThat(steps.places).isEmpty();
        assertThat(balancer.accepted()).isEqualTo(2);
        // A KE3 that was not read is sent again; otherwise there is a fresh KE1.
        assertThat(steps.ke1s).hasSize(place == Place.WITH_KE3_UNREAD ? 1 : 2);
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void registration_outlives_a_node(Place place) throws KeyClientException {
        KeyClient client = newClient(builder());
        steps.places.add(place);

        Registration registration = client.register(name("alice"), password);

        assertThat(steps.places).isEmpty();
        assertThat(loopback.service().accounts()).isEqualTo(1);
        try (KeySession session = client.logIn(name("alice"), password)) {
            assertThat(session.facts().userId()).isEqualTo(registration.userId());
        }
    }

    @Test
    void registration_whose_last_answer_dies_with_a_node_is_resolved_by_a_login_that_outlives_another()
            throws KeyClientException {
        KeyClient client = newClient(builder());
        steps.operation = OperationCase.COMPLETE_REGISTRATION;
        steps.after = 1;
        steps.loginsThatDie = 1;

        client.register(name("alice"), password);

        assertThat(steps.loginsThatDie).isNegative();
        assertThat(loopback.service().accounts()).isEqualTo(1);
    }

    @Test
    void node_that_hangs_at_a_login_is_left_for_another() throws KeyClientException {
        newClient(builder()).register(name("alice"), password);
        KeyClient client = newClient(builder().deadline(Duration.ofSeconds(3)));
        steps.hangs = true;
        steps.places.add(Place.BEFORE_KE2);

        client.logIn(name("alice"), password).close();

        assertThat(steps.places).isEmpty();
    }

    @Nested
    final class In_a_session {

        private final SecretBytes secret = SecretBytes.takeOwnership(new byte[] {1, 2, 3});
        private final SecretBytes other = SecretBytes.takeOwnership(new byte[] {4, 5, 6});
        private KeyClient client;
        private KeySession session;
        private SecretSummary stored;

        @BeforeEach
        void open() throws KeyClientException {
            client = newClient(builder());
            client.register(name("alice"), password);
            session = client.logIn(name("alice"), password);
            session.store(label("code"), secret, SecretType.OPAQUE_BYTES);
            stored = session.find(label("code"));
        }

        @AfterEach
        void closeSession() {
            session.close();
            secret.close();
            other.close();
        }

        /** One thing an owner does, and what must be so afterwards. */
        private void does(OperationCase operation) throws KeyClientException {
            switch (operation) {
                case ALLOCATE_KEY_IDS, STORE_SECRETS -> {
                    KeyId keyId = session.store(label("next"), other, SecretType.OPAQUE_BYTES);
                    assertThat(session.find(label("next")).keyId()).isEqualTo(keyId);
                }
                case GENERATE_SECRET -> {
                    KeyId keyId = session.generateAtServer(label("next"), SecretType.SYMMETRIC_KEY, 32);
                    assertThat(session.find(label("next")).keyId()).isEqualTo(keyId);
                }
                case REPLACE_SECRET -> {
                    SecretSummary now = session.replace(stored, other, Origin.IMPORTED_KEY);
                    assertThat(session.find(label("code")).version()).isEqualTo(now.version());
                }
                case RENAME_SECRET -> {
                    session.rename(stored, label("renamed"));
                    assertThat(session.find(stored.keyId()).descriptor().label())
                            .isEqualTo(label("renamed"));
                }
                case DELETE_SECRET -> {
                    session.delete(stored);
                    assertThat(session.listAll()).isEmpty();
                }
                case RETRIEVE_SECRETS -> {
                    try (RetrievedSecret back = session.retrieve(label("code"), RetrievalIntent.LOCAL_USE)) {
                        assertThat(back.secret().constantTimeEquals(secret)).isTrue();
                    }
                }
                case LIST_SECRETS -> assertThat(session.listAll()).hasSize(1);
                case READ_AUDIT_LOG ->
                    assertThat(session.audit(Long.MAX_VALUE, 10).records()).hasSize(3);
                default -> throw new IllegalArgumentException(operation.toString());
            }
        }

        private static final String REPEATABLE =
                "ALLOCATE_KEY_IDS|STORE_SECRETS|GENERATE_SECRET|REPLACE_SECRET|RENAME_SECRET|DELETE_SECRET"
                        + "|RETRIEVE_SECRETS|LIST_SECRETS|READ_AUDIT_LOG";

        @ParameterizedTest
        @EnumSource(value = OperationCase.class, mode = EnumSource.Mode.MATCH_ALL, names = REPEATABLE)
        void operation_whose_answer_dies_twice_is_done_once(OperationCase operation) throws KeyClientException {
            steps.operation = operation;
            steps.after = 2;

            does(operation);

            assertThat(steps.after).isNegative();
            assertThat(loopback.service().account(name("alice")).log().entries())
                    .filteredOn(entry -> CHANGES.contains(entry.actionCode()))
                    .extracting(entry -> List.of(entry.actionCode(), entry.keyId()))
                    .doesNotHaveDuplicates();
        }

        @ParameterizedTest
        @EnumSource(value = OperationCase.class, mode = EnumSource.Mode.MATCH_ALL, names = REPEATABLE)
        void operation_that_dies_before_it_is_done_is_done(OperationCase operation) throws KeyClientException {
            steps.operation = operation;
            steps.before = 2;

            does(operation);

            assertThat(steps.before).isNegative();
        }

        @ParameterizedTest
        @EnumSource(
                value = OperationCase.class,
                names = {"REPLACE_SECRET", "LIST_SECRETS"})
        void operation_at_a_node_that_hangs_is_done_at_another(OperationCase operation) throws KeyClientException {
            session.close();
            KeyClient hasty = newClient(builder().deadline(Duration.ofSeconds(6)));
            session = hasty.logIn(name("alice"), password);
            int connections = balancer.accepted();
            steps.hangs = true;
            steps.operation = operation;
            steps.after = 1;

            does(operation);

            assertThat(steps.after).isNotPositive();
            assertThat(balancer.accepted()).isEqualTo(connections + 1);
        }

        /** What another device does between a lost answer and the repetition. */
        private void meanwhile(Change change) throws KeyClientException {
            KeySession elsewhere = newClient(builder()).logIn(name("alice"), password);
            steps.after = 1;
            loopback.duringPauses(() -> {
                loopback.duringPauses(() -> {});
                try (elsewhere) {
                    change.in(elsewhere);
                } catch (KeyClientException e) {
                    throw new AssertionError(e);
                }
            });
        }

        @FunctionalInterface
        private interface Change {
            void in(KeySession session) throws KeyClientException;
        }

        @Test
        void replacement_that_was_done_and_replaced_since_is_no_conflict() throws KeyClientException {
            steps.operation = OperationCase.REPLACE_SECRET;
            meanwhile(there -> there.replace(there.find(label("code")), secret, Origin.IMPORTED_KEY));

            SecretSummary ours = session.replace(stored, other, Origin.IMPORTED_KEY);

            assertThat(session.find(label("code")).version()).isNotEqualTo(ours.version());
        }

        @Test
        void new_label_that_was_given_and_deleted_since_is_no_conflict() throws KeyClientException {
            steps.operation = OperationCase.RENAME_SECRET;
            meanwhile(there -> there.delete(there.find(label("renamed"))));

            session.rename(stored, label("renamed"));

            assertThat(session.listAll()).isEmpty();
        }

        @Test
        void secret_that_was_stored_and_deleted_since_is_no_conflict() throws KeyClientException {
            steps.operation = OperationCase.STORE_SECRETS;
            meanwhile(there -> there.delete(there.find(label("next"))));

            session.store(label("next"), other, SecretType.OPAQUE_BYTES);

            assertThat(session.listAll()).hasSize(1);
        }

        @Test
        void secret_that_the_server_made_and_that_was_deleted_since_is_no_conflict() throws KeyClientException {
            steps.operation = OperationCase.GENERATE_SECRET;
            meanwhile(there -> there.delete(there.find(label("next"))));

            session.generateAtServer(label("next"), SecretType.SYMMETRIC_KEY, 32);

            assertThat(session.listAll()).hasSize(1);
        }

        @Test
        void replacement_by_another_device_alone_is_a_conflict() throws KeyClientException {
            steps.operation = OperationCase.REPLACE_SECRET;
            meanwhile(there -> there.replace(stored, secret, Origin.IMPORTED_KEY));
            steps.after = 0;
            steps.before = 1;

            assertRefused(Reason.CONFLICT, () -> session.replace(stored, other, Origin.IMPORTED_KEY));
        }

        @Test
        void session_that_ended_after_a_lost_answer_says_that_it_may_have_been_done() {
            steps.operation = OperationCase.DELETE_SECRET;
            steps.after = 1;
            loopback.duringPauses(() -> loopback.service().forgetSessions());

            KeyClientException failure = assertRefused(Reason.SESSION_ENDED, () -> session.delete(stored));

            assertThat(failure.mayHaveBeenDone()).isTrue();
            assertThat(failure).hasMessageContaining("not known");
        }

        @Test
        void session_that_ended_before_the_request_says_that_nothing_was_done() {
            loopback.service().forgetSessions();

            KeyClientException failure = assertRefused(Reason.SESSION_ENDED, () -> session.delete(stored));

            assertThat(failure.mayHaveBeenDone()).isFalse();
        }

        @Test
        void session_that_ended_after_lost_key_ids_says_that_nothing_was_stored() {
            steps.operation = OperationCase.ALLOCATE_KEY_IDS;
            steps.after = 1;
            loopback.duringPauses(() -> loopback.service().forgetSessions());

            KeyClientException failure = assertRefused(
                    Reason.SESSION_ENDED, () -> session.store(label("next"), other, SecretType.OPAQUE_BYTES));

            assertThat(failure.mayHaveBeenDone()).isFalse();
        }

        @Test
        void outage_that_lasts_says_that_it_may_have_been_done() {
            steps.operation = OperationCase.DELETE_SECRET;
            steps.after = Backoff.ATTEMPTS;

            assertThat(assertRefused(Reason.UNREACHABLE, () -> session.delete(stored))
                            .mayHaveBeenDone())
                    .isTrue();
        }
    }

    @Nested
    final class Of_an_account {

        private final Password next = password("Tr0ub4dor and 3 more");
        private KeyClient client;

        @BeforeEach
        void register() throws KeyClientException {
            client = newClient(builder());
            client.register(name("alice"), password);
        }

        @AfterEach
        void closePassword() {
            next.close();
        }

        @ParameterizedTest
        @EnumSource(
                value = OperationCase.class,
                names = {"START_PASSWORD_CHANGE", "SUBMIT_NEW_RECORD", "COMPLETE_PASSWORD_CHANGE"})
        void change_of_the_password_whose_answer_dies_is_done(OperationCase operation) throws KeyClientException {
            steps.operation = operation;
            steps.after = 1;

            client.changePassword(name("alice"), password, next);

            assertThat(steps.after).isNotPositive();
            client.logIn(name("alice"), next).close();
            assertRefused(Reason.WRONG_PASSWORD, () -> client.logIn(name("alice"), password));
        }

        @ParameterizedTest
        @EnumSource(
                value = OperationCase.class,
                names = {"START_PASSWORD_CHANGE", "SUBMIT_NEW_RECORD"})
        void change_of_the_password_whose_session_vanished_is_begun_anew(OperationCase operation)
                throws KeyClientException {
            steps.operation = operation;
            steps.vanished = 1;

            client.changePassword(name("alice"), password, next);

            client.logIn(name("alice"), next).close();
        }

        @Test
        void change_of_the_password_that_can_not_be_made_changes_nothing() throws KeyClientException {
            steps.operation = OperationCase.START_PASSWORD_CHANGE;
            steps.before = 100;

            KeyClientException failure =
                    assertRefused(Reason.UNREACHABLE, () -> client.changePassword(name("alice"), password, next));

            assertThat(failure).hasMessageContaining("was not changed");
            assertThat(steps.before).isEqualTo(100 - Restarts.TIMES);
            client.logIn(name("alice"), password).close();
        }

        @Test
        void deletion_whose_answer_dies_is_done() throws KeyClientException {
            steps.operation = OperationCase.DELETE_ACCOUNT;
            steps.after = 1;

            client.deleteAccount(name("alice"), password);

            assertThat(loopback.service().accounts()).isZero();
        }

        @Test
        void deletion_that_dies_before_it_is_done_says_so() {
            steps.operation = OperationCase.DELETE_ACCOUNT;
            steps.before = 1;

            assertThat(assertRefused(Reason.UNREACHABLE, () -> client.deleteAccount(name("alice"), password)))
                    .hasMessageContaining("still there");
            assertThat(loopback.service().accounts()).isEqualTo(1);
        }
    }
}
