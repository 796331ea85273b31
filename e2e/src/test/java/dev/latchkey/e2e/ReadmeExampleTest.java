package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.client.AuditRecord;
import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.RetrievalIntent;
import dev.latchkey.client.RetrievedSecret;
import dev.latchkey.client.SecretSummary;
import dev.latchkey.client.ServerAddress;
import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.Origin;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.SecretType;
import dev.latchkey.server.KeyServer;
import dev.latchkey.server.ServerOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the README: what stands there is what is compiled here, and it runs against a server of the default settings. */
final class ReadmeExampleTest {
    private static final Path ROOT = Path.of(System.getProperty("latchkey.root"));

    private final List<AuditRecord> shown = new ArrayList<>();
    private int used;

    @Test
    void example_againstAServer_storesReplacesAndShowsTheLog(@TempDir Path folder) throws Exception {
        TestDeployment deployment = TestDeployment.init(folder.resolve("server"));
        ServerOptions options = deployment.options().ksf(KsfParameters.DEFAULT).build();
        KeyServer server = KeyServer.start(options);
        char[] typed = "seven quiet otters at dusk".toCharArray();
        try (SecretBytes phrase = SecretBytes.copyOf(new byte[] {1, 2, 3});
                SecretBytes newPhrase = SecretBytes.copyOf(new byte[] {4, 5, 6})) {
            ownerAtWork(
                    new ServerAddress("localhost", server.port()),
                    deployment.ca(),
                    folder.resolve("memory"),
                    typed,
                    phrase,
                    newPhrase);
        } finally {
            Arrays.fill(typed, '\0');
            server.shutdown(Duration.ofSeconds(5));
        }

        assertThat(used).isEqualTo(3 + 32);
        assertThat(shown)
                .extracting(record -> record.action().orElseThrow())
                .containsExactly(
                        AuditAction.SECRET_REPLACED,
                        AuditAction.SECRET_RETRIEVED_LOCAL_USE,
                        AuditAction.SECRET_RETRIEVED_LOCAL_USE,
                        AuditAction.SECRET_STORED,
                        AuditAction.SECRET_STORED,
                        AuditAction.DEVICE_ADDED,
                        AuditAction.SESSION_OPENED,
                        AuditAction.ACCOUNT_REGISTERED);
    }

    private void ownerAtWork(
            ServerAddress server, Path authority, Path memory, char[] typed, SecretBytes phrase, SecretBytes newPhrase)
            throws Exception {
        // readme:begin
        try (KeyClient client = KeyClient.builder(server)
                        .trust(authority)
                        .memory(memory)
                        .build();
                Password password = Password.of(typed)) {
            AccountName account = AccountName.of("mara");
            client.register(account, password);

            try (KeySession session = client.logIn(account, password)) {
                session.store(Label.of("wallet"), phrase, SecretType.RECOVERY_PHRASE);
                session.generate(Label.of("signing key"), SecretType.SYMMETRIC_KEY, 32);

                for (SecretSummary secret : session.listAll()) {
                    try (RetrievedSecret back = session.retrieve(secret.keyId(), RetrievalIntent.LOCAL_USE)) {
                        use(back.secret());
                    }
                }

                SecretSummary wallet = session.find(Label.of("wallet"));
                session.replace(wallet, newPhrase, Origin.IMPORTED_KEY); // refused if another device was quicker

                session.audit(Long.MAX_VALUE, 100).records().forEach(this::show);
            }
        }
        // readme:end
    }

    private void use(SecretBytes secret) {
        used += secret.length();
    }

    private void show(AuditRecord record) {
        shown.add(record);
    }

    @Test
    void readme_javaExample_isTheOneCompiledHere() throws Exception {
        String compiled = between(
                Files.readString(ROOT.resolve("e2e/src/test/java/dev/latchkey/e2e/ReadmeExampleTest.java")),
                "// readme:begin\n",
                "// readme:end");
        String shownThere = between(Files.readString(ROOT.resolve("README.md")), "```java\n", "```");

        assertThat(shownThere.strip()).isEqualTo(compiled.stripIndent().strip());
    }

    private static String between(String text, String begin, String end) {
        int from = text.indexOf(begin) + begin.length();
        return text.substring(from, text.indexOf(end, from));
    }
}
