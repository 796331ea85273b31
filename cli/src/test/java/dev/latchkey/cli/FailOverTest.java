package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.ServerAddress;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.Origin;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.SecretType;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Commands whose session is gone in their middle, as when the database failed over, against a real server. */
@DisabledOnOs(OS.WINDOWS)
class FailOverTest {

    private static final String AGAIN = "The session ended. Opening the next one.";

    @TempDir
    private Path files;

    private OwnersServer server;
    private World world;

    @BeforeEach
    void startServerAndRegister() throws Exception {
        server = OwnersServer.start(files);
        world = server.register("mara");
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private int run(World on, String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--password-file";
        all[arguments.length + 1] = server.passwordFile();
        return on.run(all);
    }

    /** Standard input that a command reads in the middle of its session, where something happens first. */
    private static InputStream input(String content, Runnable before) {
        InputStream happening = new InputStream() {
            @Override
            public int read() {
                before.run();
                return -1;
            }

            @Override
            public int read(byte[] bytes, int from, int length) {
                return read();
            }
        };
        return new SequenceInputStream(happening, new ByteArrayInputStream(content.getBytes(UTF_8)));
    }

    private void put(String label, String content) {
        world.standardInput(content);
        assertThat(run(world, "put", label)).isZero();
    }

    @Test
    void commandWhoseSessionVanished_logsInAgainByItself() {
        put("wallet", "old");
        world.standardInput(input("new", server::restart));

        assertThat(run(world, "put", "wallet", "--replace")).isZero();

        assertThat(world.err()).contains(AGAIN);
        assertThat(world.out()).startsWith("Replaced \"wallet\"").hasLineCount(1);
        assertThat(run(world, "get", "wallet")).isZero();
        assertThat(world.out()).isEqualTo("new");
    }

    @Test
    void commandWhoseSessionVanished_saysNothingOfItToAProgram() {
        put("wallet", "old");
        world.standardInput(input("new", server::restart));

        assertThat(run(world, "put", "wallet", "--replace", "--json")).isZero();

        assertThat(world.err()).isEmpty();
        assertThat(world.outJson().get("replaced").getAsBoolean()).isTrue();
    }

    @Test
    void passwordThatWasChangedMeanwhile_isWrong() throws Exception {
        server.close();
        server = OwnersServer.startToChooseAt(Files.createDirectory(files.resolve("choosing")));
        world = server.register("mara");
        put("wallet", "old");
        String next = server.file("next", "a password that nobody has yet\n").toString();
        World elsewhere = server.device("mara");
        world.standardInput(input(
                "new",
                () -> assertThat(run(elsewhere, "passwd", "--new-password-file", next))
                        .isZero()));

        assertThat(run(world, "put", "wallet", "--replace", "--json")).isEqualTo(4);

        assertThat(world.errJson().get("code").getAsString()).isEqualTo("wrong_password");
    }

    @Test
    void sessionThatEndsTwice_isExitCode3() throws Exception {
        put("wallet", "old");
        SessionOptions options = options();
        CommandFailure failure = catchThrowableOfType(
                CommandFailure.class,
                () -> new FreshAccess(world.surroundings(), new GlobalOptions(), options)
                        .inSession((session, destination) -> {
                            server.restart();
                            session.listAll();
                        }));

        assertThat(failure.code()).isEqualTo(FailureCode.SESSION_ENDED);
        assertThat(failure.code().exitCode().number()).isEqualTo(3);
        assertThat(failure.kept()).contains("was not done");
    }

    private SessionOptions options() {
        SessionOptions options = new SessionOptions();
        new CommandLine(CommandSpec.forAnnotatedObject(options)).parseArgs("--password-file", server.passwordFile());
        return options;
    }

    @Test
    void storedSecretWhoseAnswerWasLostWithTheSession_isStoredOnce() throws Exception {
        byte[] large = new byte[60_000];
        Path file = Files.write(server.path("large"), large);
        try (LossyLine line = LossyLine.to(server.port());
                KeyClient other = client(server.port());
                Password password = password();
                KeySession elsewhere = other.logIn(AccountName.of("mara"), password)) {
            world.variable("LATCHKEY_SERVER", "localhost:" + line.port()).variable("LATCHKEY_ACCOUNT", "mara");
            line.loseAfter(50_000, () -> {
                awaitListed(elsewhere, "large");
                server.restart();
            });

            assertThat(run(world, "put", "large", file.toString())).isZero();
        }
        assertThat(world.err()).contains(AGAIN);
        assertThat(world.out()).startsWith("Stored \"large\"").hasLineCount(1);
        world.variable("LATCHKEY_SERVER", "localhost:" + server.port());
        assertThat(run(world, "audit", "--kind", "secret-stored", "--json")).isZero();
        assertThat(world.outJson().getAsJsonArray("entries")).hasSize(1);
    }

    @Test
    void otherSecretOfTheLabel_isNotTakenForTheOneWhoseAnswerWasLost() throws Exception {
        put("taken", "something else");
        try (KeyClient client = client(server.port());
                Password password = password();
                KeySession session = client.logIn(AccountName.of("mara"), password);
                SecretBytes secret = SecretBytes.takeOwnership(new byte[] {1, 2, 3})) {
            KeyClientException refused = catchThrowableOfType(
                    KeyClientException.class,
                    () -> new SecretChange()
                            .store(session, Label.of("taken"), secret, SecretType.OPAQUE_BYTES, Origin.IMPORTED_KEY));

            assertThat(refused.reason()).isEqualTo(Reason.LABEL_EXISTS);
        }
    }

    @Test
    void changesWhoseAnswersWereLostWithTheSession_areFoundDoneInTheNext() throws Exception {
        put("wallet", "a");
        String renamed = "x".repeat(255);
        SecretChange renaming = new SecretChange();
        SecretReference reference = SecretReference.of("wallet");
        try (LossyLine line = LossyLine.to(server.port());
                KeyClient client = client(line.port());
                KeyClient other = client(server.port());
                Password password = password();
                KeySession elsewhere = other.logIn(AccountName.of("mara"), password)) {
            AccountName mara = AccountName.of("mara");
            try (KeySession session = client.logIn(mara, password)) {
                // More than looking for the secret, and less than that and a long new label.
                line.loseAfter(300, () -> {
                    awaitListed(elsewhere, renamed);
                    server.restart();
                });
                KeyClientException ended = catchThrowableOfType(
                        KeyClientException.class, () -> renaming.rename(session, reference, Label.of(renamed)));

                assertThat(ended.reason()).isEqualTo(Reason.SESSION_ENDED);
                assertThat(ended.mayHaveBeenDone()).isTrue();
            }
            try (KeySession session = client.logIn(mara, password)) {
                KeyId keyId =
                        renaming.rename(session, reference, Label.of(renamed)).keyId();

                assertThat(session.find(Label.of(renamed)).keyId()).isEqualTo(keyId);
            }
        }
    }

    private KeyClient client(int port) throws KeyClientException {
        return KeyClient.builder(new ServerAddress("localhost", port))
                .trust(server.authority())
                .build();
    }

    private static Password password() throws Exception {
        return Password.of(OwnersServer.PASSWORD.toCharArray());
    }

    /** Looks from another device until the secret is there. */
    private static void awaitListed(KeySession elsewhere, String label) {
        try {
            while (elsewhere.listAll().stream()
                    .noneMatch(secret -> secret.descriptor().label().value().equals(label))) {
                Thread.onSpinWait();
            }
        } catch (KeyClientException e) {
            throw new AssertionError(e);
        }
    }
}
