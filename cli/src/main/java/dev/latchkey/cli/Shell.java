package dev.latchkey.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;

/** Runs one command after another in one session. */
final class Shell {

    private static final Set<String> KEEP_LABELS = Set.of("get", "export", "list", "audit", "help", "exit", "backup");
    private static final String JSON = "--json";

    private final Surroundings surroundings;
    private final ShellSession session;
    private final ShellLoans loans;
    private final boolean json;
    private boolean left;

    /** @param json whether every command is to print JSON */
    Shell(Surroundings surroundings, ShellSession session, ShellLoans loans, boolean json) {
        this.surroundings = surroundings;
        this.session = session;
        this.loans = loans;
        this.json = json;
    }

    /** The commands, made anew for every line, so that nothing of one line is left at the next. */
    CommandLine commands() {
        LatchkeyCommand root = new LatchkeyCommand();
        GlobalOptions global = root.global();
        CommandLine commandLine = new CommandLine(root);
        commandLine
                .getCommandSpec()
                .usageMessage()
                .description(
                        "", "One session is open for all commands; the Tab key completes commands and labels.", "");
        Access access = new LentAccess(surroundings, global, session, loans);
        new OwnerCommands(surroundings, global, command -> new CommandLine(command.apply(access))).addTo(commandLine);
        commandLine.addSubcommand(new HelpCommand(surroundings));
        commandLine.addSubcommand(new ExitCommand(() -> left = true));
        return commandLine;
    }

    /**
     * Runs the lines until they or the person end.
     *
     * @param stopAtFailure whether a command that fails ends it, as in a script
     * @return the exit code of the command it stopped at, or that of success
     */
    int run(ShellLines lines, boolean stopAtFailure) throws IOException {
        Optional<String> line = lines.next();
        while (line.isPresent()) {
            int code = run(line.get());
            lines.ran(line.get(), code == ExitCode.OK.number());
            if (code != ExitCode.OK.number() && stopAtFailure) {
                return code;
            }
            if (left || session.isOver()) {
                return ExitCode.OK.number();
            }
            line = lines.next();
        }
        return ExitCode.OK.number();
    }

    private int run(String line) {
        List<String> words;
        try {
            words = new ArrayList<>(ShellWords.of(line));
        } catch (CommandFailure e) {
            return new FailureReport(surroundings.streams().err(), json, false).print(e);
        }
        // As it is typed outside, and as the messages have it.
        if (!words.isEmpty() && words.get(0).equals("latchkey")) {
            words.remove(0);
        }
        if (json && !words.contains(JSON)) {
            words.add(JSON);
        }
        int code = Latchkey.execute(commands(), surroundings, words.toArray(String[]::new));
        if (!words.isEmpty() && !KEEP_LABELS.contains(words.get(0))) {
            session.forgetLabels();
        }
        return code;
    }
}
