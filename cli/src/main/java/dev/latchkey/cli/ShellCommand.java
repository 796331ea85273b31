package dev.latchkey.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Asks for the password once, and runs many commands in one session. */
@Command(
        name = "shell",
        description = {
            "Ask for the password once, and run many commands in one session.",
            "",
            "The commands are those of latchkey, without the options for server, account and password. The Tab key completes"
                    + " commands and labels. Commands that succeeded are kept in a history that is yours alone (0600); what"
                    + " is typed at a hidden prompt is not. passwd and account delete ask for the password again, and so does"
                    + " the next command when the session ended.",
            "",
            "Without a terminal, standard input is a script: one command a line, # before a remark, and the first that fails"
                    + " ends it with its exit code.",
            ""
        })
final class ShellCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final GlobalOptions global;

    @Mixin
    private SessionOptions options;

    ShellCommand(Surroundings surroundings, GlobalOptions global) {
        this.surroundings = surroundings;
        this.global = global;
    }

    @Override
    public Integer call() throws CommandFailure {
        if (options.password().takeStandardInput()) {
            throw new CommandFailure(
                    FailureCode.USAGE,
                    "Standard input can't be both the password and the commands.",
                    "Nothing was sent.",
                    "Give the password with --password-file FILE or --password-fd N.");
        }
        try (ShellSession session = new ShellSession(surroundings, options, global.json());
                ShellLoans loans = new ShellLoans(surroundings)) {
            Shell shell = new Shell(surroundings, session, loans, global.json());
            session.open();
            return surroundings.terminal().inputIsTerminal()
                    ? atTerminal(shell, session)
                    : shell.run(new ScriptLines(surroundings.streams().in()), true);
        } catch (IOException e) {
            throw new CommandFailure(
                            FailureCode.FILE_UNREADABLE,
                            "The commands can't be read.",
                            "Those before were done as they said.",
                            "Each line is a command in UTF-8.")
                    .because(e);
        }
    }

    private int atTerminal(Shell shell, ShellSession session) throws IOException {
        Destination destination = session.destination();
        surroundings
                .streams()
                .err()
                .println("The session of " + destination.account().value() + " at " + destination.server()
                        + " is open. help shows the commands, exit leaves.");
        ClientHome home = ClientHome.of(surroundings, System.getProperties());
        // Through stty and tty alone: nothing native is loaded.
        Terminal terminal = TerminalBuilder.builder()
                .system(true)
                .exec(true)
                .jni(false)
                .ffm(false)
                .dumb(true)
                .build();
        try (TypedLines lines = new TypedLines(
                terminal,
                new ShellCompleter(shell::commands, session::labels),
                ShellHistory.load(home.shellHistory()))) {
            return shell.run(lines, false);
        }
    }
}
