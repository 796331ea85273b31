package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.protocol.UserId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server is started a second time over the file of one that runs, in a process of its own. */
final class SecondProcessTest {
    private static final String NAME = "owner";
    private static final String PASSWORD = "seven quiet otters at dusk";
    private static final long DEADLINE_SECONDS = 60;

    @TempDir
    private Path folder;

    @Test
    void sqlite_aSecondProcessOnTheSameFile_isRefusedAndTheFirstGoesOn() throws Exception {
        TestDeployment deployment = TestDeployment.init(folder.resolve("deployment"));
        TestStore store = TestStore.sqlite(deployment);
        try (Node first = new Node("first", folder.resolve("first"), deployment, store, List.of())) {
            first.start();
            try (RawClient client = new RawClient(first.port(), deployment.ca())) {
                client.startRegistration(NAME, UserId.random(client.random()), PASSWORD)
                        .complete();
                RawSecrets secrets = new RawSecrets(client.logIn(NAME, PASSWORD));
                secrets.stored();
                long start = System.nanoTime();

                String said = refused(deployment);

                Duration took = Duration.ofNanos(System.nanoTime() - start);
                assertThat(said).contains(deployment.database().toString()).contains("is in use by another process");
                secrets.stored();
                assertThat(secrets.list().getSecretsListed().getSecretsCount()).isEqualTo(2);
                client.logIn(NAME, PASSWORD);
                System.out.printf(
                        "fault second process on one SQLite file: refused %d ms after it was started, the first went on%n",
                        took.toMillis());
            }
        }
    }

    /** What the second one said. */
    private String refused(TestDeployment deployment) throws IOException, InterruptedException {
        Path said = folder.resolve("said");
        Path configuration = Files.writeString(
                folder.resolve("latchkey.toml"),
                String.join(
                        "\n",
                        "listen = \"localhost:0\"",
                        "[tls]",
                        "certificate = \"" + deployment.certificate() + "\"",
                        "key = \"" + deployment.certificateKey() + "\"",
                        "[storage]",
                        "url = \"sqlite:" + deployment.database() + "\"",
                        "[keys]",
                        "root = \"" + deployment.rootKey() + "\"",
                        ""));
        Process second = new ProcessBuilder(
                        TestDeployment.command(List.of("server", "run", "--config", configuration.toString())))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            second.getOutputStream().close();
            assertThat(second.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(second.exitValue()).isEqualTo(1);
            return Files.readString(said, StandardCharsets.UTF_8);
        } finally {
            second.destroyForcibly();
        }
    }
}
