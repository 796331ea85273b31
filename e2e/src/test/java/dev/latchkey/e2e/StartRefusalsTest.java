package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.protocol.UserId;
import dev.latchkey.server.KeyServer;
import dev.latchkey.server.ServerOptions;
import dev.latchkey.server.ServerStartException;
import dev.latchkey.server.ServerStartException.Reason;
import dev.latchkey.server.seal.RootKeyFile;
import dev.latchkey.server.store.StoreLocation.SqliteFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that finds something wrong refuses to start, says what, and leaves everything as it was. */
final class StartRefusalsTest {
    private static final String PASSWORD = "correct horse battery staple";

    @TempDir
    private Path temp;

    private TestDeployment deployment;

    /** A deployment that has run once and holds an account. */
    @BeforeEach
    void runOnce() throws Exception {
        deployment = TestDeployment.init(temp.resolve("server"));
        try (KeyServer server = KeyServer.start(deployment.options().build());
                RawClient client = new RawClient(server.port(), deployment.ca())) {
            client.startRegistration("alice", UserId.random(client.random()), PASSWORD)
                    .complete();
        }
    }

    @Test
    void start_again_findsTheAccount() throws Exception {
        assertAccountIsThere();
    }

    @Test
    void port_inUse_isRefused() throws Exception {
        try (KeyServer first = KeyServer.start(deployment.options().build())) {
            Path other = temp.resolve("other.db");
            ServerStartException refused = refusal(deployment
                    .options()
                    .storage(new SqliteFile(other))
                    .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), first.port())));

            assertThat(refused.reason()).isEqualTo(Reason.ADDRESS);
            assertThat(refused).hasMessageContaining(":" + first.port());
        }
    }

    @Test
    void database_inUse_isRefused() throws Exception {
        KeyServer first = KeyServer.start(deployment.options().build());
        try {
            assertThat(refusal(deployment.options()).reason()).isEqualTo(Reason.STORAGE);
        } finally {
            first.close();
        }
        assertAccountIsThere();
    }

    @Test
    void database_whereNoFileCanBe_isRefused() throws Exception {
        Path notAFolder = Files.writeString(temp.resolve("file"), "x");

        assertThat(refusal(deployment.options().storage(new SqliteFile(notAFolder.resolve("latchkey.db"))))
                        .reason())
                .isEqualTo(Reason.STORAGE);
    }

    @Test
    void database_underAnotherRootKey_isRefusedAndUntouched() throws Exception {
        byte[] before = Files.readAllBytes(deployment.database());
        Path other = temp.resolve("other.key");
        RootKeyFile.create(other, new SecureRandom()).close();

        assertThat(refusal(deployment.options().rootKey(other)).reason()).isEqualTo(Reason.ROOT_KEY);
        assertThat(Files.readAllBytes(deployment.database())).isEqualTo(before);
        assertAccountIsThere();
    }

    @Test
    void rootKey_missing_isRefusedAndNotMade() throws Exception {
        Path kept = temp.resolve("kept.key");
        Files.move(deployment.rootKey(), kept);

        assertThat(refusal(deployment.options()).reason()).isEqualTo(Reason.ROOT_KEY);
        assertThat(deployment.rootKey()).doesNotExist();

        Files.move(kept, deployment.rootKey());
        assertAccountIsThere();
    }

    @Test
    void rootKey_damaged_isRefusedAndNotReplaced() throws Exception {
        Path kept = temp.resolve("kept.key");
        Files.copy(deployment.rootKey(), kept, StandardCopyOption.COPY_ATTRIBUTES);
        String damaged = Files.readString(kept).replaceFirst("[0-9a-f]{8}", "00000000");
        Files.writeString(deployment.rootKey(), damaged);

        assertThat(refusal(deployment.options()).reason()).isEqualTo(Reason.ROOT_KEY_REFUSED);
        assertThat(Files.readString(deployment.rootKey())).isEqualTo(damaged);
    }

    @Test
    void keyFile_othersCanRead_isRefused() throws Exception {
        for (Path key : new Path[] {deployment.rootKey(), deployment.certificateKey()}) {
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

            ServerStartException refused = refusal(deployment.options());

            assertThat(refused.reason()).isEqualTo(Reason.OPEN_PERMISSIONS);
            assertThat(refused).hasMessageContaining("600");
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        }
        assertAccountIsThere();
    }

    @Test
    void certificate_thatIsNone_isRefused() throws Exception {
        Path nonsense = Files.writeString(temp.resolve("nonsense.pem"), "not a certificate");

        assertThat(refusal(deployment.options().certificate(nonsense)).reason()).isEqualTo(Reason.CERTIFICATE);
        assertThat(refusal(deployment.options().certificate(temp.resolve("missing.pem")))
                        .reason())
                .isEqualTo(Reason.CERTIFICATE);
    }

    private static ServerStartException refusal(ServerOptions.Builder options) {
        ServerStartException refused = catchThrowableOfType(
                ServerStartException.class,
                () -> KeyServer.start(options.build()).close());
        assertThat(refused).as("the server should have refused to start").isNotNull();
        return refused;
    }

    private void assertAccountIsThere() throws Exception {
        KeyServer server = KeyServer.start(deployment.options().build());
        try (RawClient client = new RawClient(server.port(), deployment.ca())) {
            assertThat(client.logIn("alice", PASSWORD).opened().getAudit().getN())
                    .isEqualTo(2);
        } finally {
            server.shutdown(Duration.ofSeconds(5));
        }
    }
}
