package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.client.KeySession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.CommandSpec;

/** Many commands in one session, against a real server. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShellTest {

    @TempDir
    private static Path files;

    private OwnersServer server;
    private OwnersServer choosing;
    private World world;

    @BeforeAll
    void startServerAndRegister() throws Exception {
        server = OwnersServer.start(Files.createDirectory(files.resolve("cheap")));
        choosing = OwnersServer.startToChooseAt(Files.createDirectory(files.resolve("choosing")));
        server.register("mara");
    }

    @AfterAll
    void stopServer() {
        server.close();
        choosing.close();
    }

    @BeforeEach
    void enterTheWorld() {
        world = server.device("mara");
    }

    private int script(String... lines) {
        world.standardInput(String.join("\n", lines));
        return world.run("shell", "--password-file", server.passwordFile());
    }

    @Test
    void script_runsInOneSession() throws Exception {
        Path secret = server.file("to-put", "from a file");
        assertThat(script(
                        "# a script",
                        "put 'from a file' " + secret,
                        "generate \"made here\" --bytes 5",
                        "",
                        "latchkey get 'from a file'",
                        "rename 'made here' made --yes",
                        "rm made --yes",
                        "audit --limit 5"))
                .isZero();
        assertThat(world.out())
                .contains(
                        "Stored \"from a file\"",
                        "from a file",
                        "Generated \"made here\" (5 bytes)",
                        "Deleted \"made\"");
        // The session's opening is older than the four changes and the retrieval: there was no other.
        assertThat(world.out().lines().filter(line -> line.contains("session-opened")))
                .isEmpty();
    }

    @Test
    void firstFailure_endsAScriptWithItsCode() {
        assertThat(script("get 'never stored'", "generate 'not reached'")).isEqualTo(5);
        assertThat(world.out()).isEmpty();
        assertThat(world.err()).contains("There is no such secret.");
        assertThat(script("frobnicate")).isEqualTo(2);
        assertThat(world.err()).contains("There is no command \"frobnicate\".");
        assertThat(script("get 'open")).isEqualTo(2);
        assertThat(script("get x --password-file y")).isEqualTo(2);
        assertThat(world.err()).contains("There is no option --password-file here.");
    }

    @Test
    void json_holdsForEveryCommand() {
        world.standardInput("generate 'in json'\nget nothing");
        assertThat(world.run("shell", "--json", "--password-file", server.passwordFile()))
                .isEqualTo(5);
        assertThat(world.outJson().get("label").getAsString()).isEqualTo("in json");
        assertThat(world.errJson().get("code").getAsString()).isEqualTo("not_found");
    }

    @Test
    void exit_leavesWhatFollowsUndone() {
        assertThat(script("exit", "frobnicate")).isZero();
        assertThat(script("quit", "frobnicate")).isZero();
    }

    @Test
    void help_showsTheCommandsOfTheShell() {
        assertThat(script("help", "help put")).isZero();
        assertThat(world.out())
                .contains("generate", "exit", "Usage: latchkey put")
                .doesNotContain("--password-file", "demo");
    }

    @Test
    void passwordFromStandardInput_isAUsageError() {
        world.standardInput(OwnersServer.PASSWORD);
        assertThat(world.run("shell", "--password-stdin")).isEqualTo(2);
        assertThat(world.err()).contains("the password and the commands");
    }

    @Test
    void secret_isTypedAtAHiddenPromptAndNotTakenFromTheScript() {
        world.person().types("typed secret");
        assertThat(script("put typed", "get typed")).isZero();
        assertThat(world.person().prompts()).containsExactly("The secret, in one line: ");
        assertThat(world.out()).contains("Stored \"typed\" (12 bytes).").contains("typed secret");
        assertThat(script("put 'not typed'", "list")).isEqualTo(2);
        assertThat(script("passwd --new-password-file /dev/stdin")).isEqualTo(2);
    }

    @Test
    void wrongPassword_opensNoShell() throws Exception {
        world.standardInput("list");
        assertThat(world.run(
                        "shell",
                        "--password-file",
                        server.file("wrong", "wrong").toString()))
                .isEqualTo(4);
    }

    @Test
    void endedSession_isSaidAndOpenedAgain() throws Exception {
        world.person().types(OwnersServer.PASSWORD).types(OwnersServer.PASSWORD);
        SessionOptions options = picocliMade();
        try (ShellSession session = new ShellSession(world.surroundings(), options, false);
                ShellLoans loans = new ShellLoans(world.surroundings())) {
            Shell shell = new Shell(world.surroundings(), session, loans, false);
            KeySession first = session.open();
            TypedByTest lines = new TypedByTest("generate before", "list", "nonsense", "list");
            // What a server does that ends a session: here the other sessions of the account push it out.
            lines.beforeLine(2, () -> pushOut(server));
            assertThat(shell.run(lines, false)).isZero();
            assertThat(world.err()).contains("The session ended. Opening the next one.");
            assertThat(world.person().prompts()).containsExactly("Password for mara: ", "Password for mara: ");
            assertThat(session.open()).isNotSameAs(first);
            assertThat(lines.outcomes).containsExactly(true, true, false, true);
            assertThat(session.labels()).contains("before");
        }
    }

    @Test
    void changedPassword_opensTheNextSessionAndTheOldOneIsNotTriedAgain() throws Exception {
        World world = choosing.register("changes");
        Path next = choosing.file("next", "Ebbe und Flut im Priel");
        world.standardInput("generate before\npasswd --new-password-file " + next + "\nlist\npasswd\n");
        assertThat(world.run("shell", "--password-file", choosing.passwordFile()))
                .isEqualTo(3);
        assertThat(world.out()).contains("The password of changes is changed.", "before  ");
        assertThat(world.err()).contains("the one that the shell was started with is the old one");
        assertThat(world.run("login", "--password-file", next.toString())).isZero();
        assertThat(world.out()).contains("No attempt failed");
    }

    @Test
    void clipboard_isClearedAtTheLatestWhenTheShellEnds(@TempDir Path desktop) throws Exception {
        FakeClipboard clipboard = new FakeClipboard(desktop).programs("pbcopy", "pbpaste");
        world.variable("PATH", desktop.toString());
        world.time().stop();
        world.person().types("copied secret");
        assertThat(script("put 'to copy'", "get 'to copy' --copy")).isZero();
        assertThat(world.out())
                .contains("Copied \"to copy\" (13 bytes) to the clipboard.")
                .doesNotContain("copied secret");
        assertThat(world.err()).contains("or when you leave the shell");
        assertThat(clipboard.content()).isEmpty();
        assertThat(clipboard.arguments()).hasSizeGreaterThan(2);
    }

    private static SessionOptions picocliMade() {
        SessionOptions options = new SessionOptions();
        CommandSpec.forAnnotatedObject(options);
        return options;
    }

    /** Sixteen sessions are kept for an account; a seventeenth closes the one that was idle longest. */
    private static void pushOut(OwnersServer server) {
        World other = server.device("other").variable("LATCHKEY_ACCOUNT", "mara");
        List<ShellSession> sessions = new ArrayList<>();
        try {
            for (int i = 0; i < 16; i++) {
                other.person().types(OwnersServer.PASSWORD);
                ShellSession session = new ShellSession(other.surroundings(), picocliMade(), false);
                sessions.add(session);
                session.open();
            }
        } catch (CommandFailure e) {
            throw new AssertionError(e);
        } finally {
            sessions.forEach(ShellSession::close);
        }
    }

    /** Lines as a person would type them, with what happens before them. */
    private static final class TypedByTest implements ShellLines {

        private final Deque<String> lines;
        private final List<Boolean> outcomes = new ArrayList<>();
        private final int all;
        private int happening = -1;
        private Runnable happens = () -> {};

        TypedByTest(String... lines) {
            this.lines = new ArrayDeque<>(List.of(lines));
            this.all = lines.length;
        }

        void beforeLine(int number, Runnable event) {
            happening = number;
            happens = event;
        }

        @Override
        public Optional<String> next() {
            if (all - lines.size() == happening - 1) {
                happens.run();
            }
            return Optional.ofNullable(lines.poll());
        }

        @Override
        public void ran(String line, boolean done) {
            outcomes.add(done);
        }

        @Override
        public void close() {
            lines.clear();
        }
    }
}
