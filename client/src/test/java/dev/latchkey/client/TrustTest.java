package dev.latchkey.client;

import static dev.latchkey.client.Loopback.name;
import static dev.latchkey.client.Loopback.password;
import static dev.latchkey.client.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.testserver.InMemoryService;
import dev.latchkey.client.testserver.Steps;
import dev.latchkey.client.testserver.TestAuthority;
import dev.latchkey.client.testserver.TestServer;
import dev.latchkey.protocol.Password;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which servers a client talks to at all. */
final class TrustTest {

    @TempDir
    private Path folder;

    private final InMemoryService service = new InMemoryService(new Steps());
    private final Password password = password("correct horse battery staple");

    @AfterEach
    void close() {
        password.close();
    }

    private KeyClientException refusedBy(TestServer server, Reason reason) {
        return refused(KeyClient.builder(server.address()).trust(Loopback.ca()), reason);
    }

    private KeyClientException refused(KeyClient.Builder builder, Reason reason) {
        KeyClientException failure = assertRefused(reason, () -> {
            try (KeyClient client = builder.build()) {
                client.register(name("alice"), password);
            }
        });
        assertThat(service.accounts()).isZero();
        return failure;
    }

    @Nested
    final class A_server_with_a_certificate {

        @Test
        void of_an_unknown_authority_is_untrusted() {
            TestAuthority stranger = TestAuthority.create();
            try (TestServer server = TestServer.start(service, stranger.forLoopback())) {
                assertThat(refusedBy(server, Reason.UNTRUSTED_SERVER)).hasMessageContaining("vouched for");
            }
        }

        @Test
        void of_an_authority_that_only_a_file_names_is_untrusted_by_the_system() {
            try (TestServer server =
                    TestServer.start(service, Loopback.authority().forLoopback())) {
                assertThat(refused(KeyClient.builder(server.address()), Reason.UNTRUSTED_SERVER))
                        .hasMessageContaining("vouched for");
            }
        }

        @Test
        void that_has_expired_is_untrusted() {
            try (TestServer server =
                    TestServer.start(service, Loopback.authority().expired())) {
                assertThat(refusedBy(server, Reason.UNTRUSTED_SERVER)).hasMessageContaining("has expired");
            }
        }

        @Test
        void for_another_host_is_untrusted() {
            try (TestServer server =
                    TestServer.start(service, Loopback.authority().forAnotherHost())) {
                assertThat(refusedBy(server, Reason.UNTRUSTED_SERVER)).hasMessageContaining("not issued for this name");
            }
        }

        @Test
        void for_its_address_is_trusted_under_the_address() throws KeyClientException {
            try (TestServer server =
                            TestServer.start(service, Loopback.authority().forLoopback());
                    KeyClient client = KeyClient.builder(new ServerAddress(
                                    "127.0.0.1", server.address().port()))
                            .trust(Loopback.ca())
                            .ksfFloor(InMemoryService.KSF)
                            .build()) {
                client.register(name("alice"), password);
            }
            assertThat(service.accounts()).isEqualTo(1);
        }
    }

    @Nested
    final class A_server_without_tls_1_3 {

        @Test
        void with_tls_1_2_is_not_talked_to() {
            try (TestServer server =
                    TestServer.start(service, Loopback.authority().forLoopback(), "TLSv1.2", 0)) {
                assertThat(refusedBy(server, Reason.UNREACHABLE)).hasMessageContaining("TLS 1.3");
            }
        }

        @Test
        void with_plaintext_is_not_talked_to() {
            try (TestServer server = TestServer.startPlaintext(service)) {
                assertThat(refusedBy(server, Reason.UNREACHABLE)).hasMessageContaining("TLS 1.3");
            }
        }
    }

    @Nested
    final class An_address_where_nobody {

        @Test
        void listens_is_unreachable_at_once() throws IOException {
            // Taken, so that nobody else comes to listen there.
            try (Socket taken = new Socket()) {
                taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                int port = taken.getLocalPort();

                assertThat(refused(
                                KeyClient.builder(new ServerAddress("localhost", port))
                                        .trust(Loopback.ca()),
                                Reason.UNREACHABLE))
                        .hasMessageContaining("localhost:" + port);
            }
        }

        @Test
        void answers_is_unreachable_when_the_deadline_is_over() throws IOException {
            try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                KeyClient.Builder builder = KeyClient.builder(new ServerAddress("127.0.0.1", silent.getLocalPort()))
                        .trust(Loopback.ca())
                        .deadline(Duration.ofMillis(300));

                assertThat(refused(builder, Reason.UNREACHABLE)).hasMessageContaining("in time");
            }
        }

        @Test
        void has_a_name_is_unreachable() {
            assertThat(refused(
                            KeyClient.builder(new ServerAddress("nobody.invalid", 7443))
                                    .trust(Loopback.ca()),
                            Reason.UNREACHABLE))
                    .hasMessageContaining("nobody.invalid:7443");
        }
    }

    @Nested
    final class A_file_of_authorities {

        private KeyClient.Builder trusting(Path file) {
            return KeyClient.builder(new ServerAddress("localhost", 7443)).trust(file);
        }

        @Test
        void that_is_missing_is_named() {
            Path file = folder.resolve("missing.pem");

            assertThat(assertRefused(
                            Reason.UNTRUSTED_SERVER, () -> trusting(file).build()))
                    .hasMessageContaining("missing.pem")
                    .hasMessageContaining("can't be read");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "no certificate at all",
                    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                })
        void that_holds_something_else_is_named(String content) throws IOException {
            Path file = Files.writeString(folder.resolve("ca.pem"), content);

            assertThat(assertRefused(
                            Reason.UNTRUSTED_SERVER, () -> trusting(file).build()))
                    .hasMessageContaining("ca.pem")
                    .hasMessageContaining("certificate");
        }

        @Test
        void that_is_far_too_long_is_not_read() throws IOException {
            Path file = Files.write(folder.resolve("ca.pem"), new byte[(1 << 20) + 1]);

            assertThat(assertRefused(
                            Reason.UNTRUSTED_SERVER, () -> trusting(file).build()))
                    .hasMessageContaining("can't be read");
        }
    }
}
