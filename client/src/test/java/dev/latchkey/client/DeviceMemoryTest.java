package dev.latchkey.client;

import static dev.latchkey.client.Loopback.label;
import static dev.latchkey.client.Loopback.name;
import static dev.latchkey.client.Loopback.password;
import static dev.latchkey.client.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.testserver.InMemoryService;
import dev.latchkey.client.testserver.Snapshot;
import dev.latchkey.client.testserver.Steps;
import dev.latchkey.client.testserver.TestAuthority;
import dev.latchkey.client.testserver.TestServer;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.SecretType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a device that remembers an account notices at its next login. */
final class DeviceMemoryTest {

    @TempDir
    private Path folder;

    private final Loopback loopback = Loopback.honest();
    private final Password password = password("correct horse battery staple");

    @AfterEach
    void close() {
        password.close();
        loopback.close();
    }

    private KeyClient.Builder remembering() {
        return loopback.builder().memory(folder.resolve("memory"));
    }

    private KeySession logIn() throws KeyClientException {
        return loopback.newClient(remembering()).logIn(name("alice"), password);
    }

    private KeySession logInAccepting() throws KeyClientException {
        return loopback.newClient(remembering().acceptChange(true)).logIn(name("alice"), password);
    }

    private void use(String label) throws KeyClientException {
        try (KeySession session = logIn()) {
            session.generate(label(label), SecretType.OPAQUE_BYTES, 5);
        }
    }

    private Path file() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("memory"))) {
            return files.filter(path -> path.toString().endsWith(".memory"))
                    .findAny()
                    .orElseThrow();
        }
    }

    @Nested
    final class At_the_same_server {

        @BeforeEach
        void register() throws KeyClientException {
            loopback.newClient(remembering()).register(name("alice"), password);
        }

        @Test
        void login_goes_on_from_the_registration() throws KeyClientException {
            try (KeySession session = logIn()) {
                assertThat(session.history()).isEqualTo(History.EXTENDS_WHAT_WAS_SEEN);
            }
        }

        @Test
        void another_device_sees_the_account_for_the_first_time() throws KeyClientException {
            KeyClient other = loopback.newClient(loopback.builder().memory(folder.resolve("other")));
            try (KeySession session = other.logIn(name("alice"), password)) {
                assertThat(session.history()).isEqualTo(History.FIRST_SEEN);
            }
            try (KeySession session = other.logIn(name("alice"), password)) {
                assertThat(session.history()).isEqualTo(History.EXTENDS_WHAT_WAS_SEEN);
            }
        }

        @Test
        void changes_on_another_device_are_no_alarm() throws KeyClientException {
            use("one");
            try (KeySession other = loopback.newClient().logIn(name("alice"), password)) {
                SecretSummary one = other.rename(other.find(label("one")), label("two"));
                other.delete(one);
                other.generate(label("three"), SecretType.OPAQUE_BYTES, 5);
            }

            try (KeySession session = logIn()) {
                assertThat(session.listAll())
                        .extracting(summary -> summary.descriptor().label())
                        .containsExactly(label("three"));
            }
        }

        @Test
        void older_state_is_noticed_and_nothing_is_used() throws KeyClientException {
            Snapshot before = loopback.service().snapshot();
            use("one");
            loopback.service().restore(before);

            assertRefused(Reason.ROLLED_BACK, DeviceMemoryTest.this::logIn);
            assertThat(loopback.service().sessions()).isZero();
        }

        @Test
        void older_state_that_went_on_is_noticed() throws KeyClientException {
            Snapshot before = loopback.service().snapshot();
            use("one");
            loopback.service().restore(before);
            for (int i = 0; i < 4; i++) {
                loopback.newClient().logIn(name("alice"), password).close();
            }

            assertRefused(Reason.ROLLED_BACK, DeviceMemoryTest.this::logIn);
        }

        @Test
        void older_state_that_is_accepted_is_remembered_from_then_on() throws KeyClientException {
            use("zero");
            Snapshot before = loopback.service().snapshot();
            use("one");
            loopback.service().restore(before);

            try (KeySession session = logInAccepting()) {
                assertThat(session.history()).isEqualTo(History.FIRST_SEEN);
                assertThat(session.listAll()).hasSize(1);
            }
            try (KeySession session = logIn()) {
                assertThat(session.history()).isEqualTo(History.EXTENDS_WHAT_WAS_SEEN);
            }
        }

        @Test
        void acceptance_that_is_not_needed_changes_nothing() throws KeyClientException {
            try (KeySession session = logInAccepting()) {
                assertThat(session.history()).isEqualTo(History.EXTENDS_WHAT_WAS_SEEN);
            }
        }

        @Test
        void account_of_the_same_name_made_anew_is_noticed() throws KeyClientException {
            loopback.newClient().deleteAccount(name("alice"), password);
            loopback.newClient().register(name("alice"), password);

            assertRefused(Reason.ROLLED_BACK, DeviceMemoryTest.this::logIn);
            logInAccepting().close();
            logIn().close();
        }

        @Test
        void account_made_anew_on_this_device_is_remembered() throws KeyClientException {
            loopback.newClient().deleteAccount(name("alice"), password);
            loopback.newClient(remembering()).register(name("alice"), password);

            logIn().close();
        }

        @Test
        void changed_password_is_remembered() throws KeyClientException {
            try (Password next = password("a different mule and its charger")) {
                loopback.newClient(remembering()).changePassword(name("alice"), password, next);
                try (KeySession session = loopback.newClient(remembering()).logIn(name("alice"), next)) {
                    assertThat(session.history()).isEqualTo(History.EXTENDS_WHAT_WAS_SEEN);
                }
            }
        }

        @Test
        void deleted_account_is_forgotten() throws KeyClientException {
            loopback.newClient(remembering()).deleteAccount(name("alice"), password);

            assertThat(folder.resolve("memory")).isDirectoryNotContaining("glob:**.memory");
        }

        @Test
        void damaged_memory_stops_the_login_before_anything_is_sent() throws KeyClientException, IOException {
            Files.write(file(), new byte[] {1}, StandardOpenOption.APPEND);
            loopback.told().clear();

            assertRefused(Reason.MEMORY_UNUSABLE, DeviceMemoryTest.this::logIn);
            assertThat(loopback.told()).isEmpty();
            logInAccepting().close();
            logIn().close();
        }

        @Test
        void every_change_is_written_before_it_is_told() throws KeyClientException {
            try (KeySession session = logIn()) {
                session.generate(label("one"), SecretType.OPAQUE_BYTES, 5);
                Snapshot before = loopback.service().snapshot();
                session.delete(session.find(label("one")));
                loopback.service().restore(before);

                assertRefused(Reason.ROLLED_BACK, DeviceMemoryTest.this::logIn);
            }
        }
    }

    @Nested
    final class At_another_server {

        @TempDir
        private Path authorities;

        @Test
        void with_another_key_the_login_stops_before_anything_is_asked() throws KeyClientException {
            loopback.newClient(remembering()).register(name("alice"), password);
            loopback.stop();
            InMemoryService posing = new InMemoryService(new Steps());
            try (TestServer server = TestServer.start(
                    posing,
                    Loopback.authority().forLoopback(),
                    "TLSv1.3",
                    loopback.address().port())) {
                assertThat(server.address()).isEqualTo(loopback.address());
                loopback.newClient().register(name("alice"), password);

                assertRefused(Reason.SERVER_CHANGED, DeviceMemoryTest.this::logIn);
                assertThat(posing.sessions()).isZero();
                logInAccepting().close();
                logIn().close();
            }
        }

        @Test
        void with_another_authority_nothing_is_sent() throws KeyClientException, IOException {
            TestAuthority second = TestAuthority.create();
            Path both = authorities.resolve("both.pem");
            Files.writeString(
                    both,
                    Files.readString(Loopback.ca())
                            + Files.readString(second.writeTo(Files.createDirectory(authorities.resolve("second")))));
            loopback.newClient(remembering()).register(name("alice"), password);
            KeyClient running = loopback.newClient(loopback.builder().trust(both));
            running.logIn(name("alice"), password).close();
            loopback.stop();
            try (TestServer server = TestServer.start(
                    loopback.service(),
                    second.forLoopback(),
                    "TLSv1.3",
                    loopback.address().port())) {
                assertThat(server.address()).isEqualTo(loopback.address());
                KeyClient.Builder trusting = remembering().trust(both);

                assertRefused(
                        Reason.SERVER_CHANGED,
                        () -> loopback.newClient(trusting).logIn(name("alice"), password));
                assertRefused(Reason.SERVER_CHANGED, () -> running.logIn(name("alice"), password));
                loopback.newClient(trusting.acceptChange(true))
                        .logIn(name("alice"), password)
                        .close();
                loopback.newClient(trusting.acceptChange(false))
                        .logIn(name("alice"), password)
                        .close();
            }
        }

        @Test
        void with_a_certificate_renewed_by_the_same_authority_nothing_is_noticed() throws KeyClientException {
            KeyClient running = loopback.newClient(remembering());
            running.register(name("alice"), password);
            loopback.stop();
            loopback.startAgain();

            running.logIn(name("alice"), password).close();
            logIn().close();
        }
    }
}
