package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/** The whole command line: which commands there are, and how any of them fails. */
final class Latchkey {

    /** In the order in which help lists them. */
    static final List<String> NAMES = Stream.of(
                    List.of("demo", "register", "login"),
                    OwnerCommands.NAMES,
                    List.of("shell", "server", "version", "completion", "help"))
            .flatMap(List::stream)
            .toList();

    private static final Set<String> BEFORE_COMMAND = Set.of("--json", "--debug");
    private static final Set<String> SEE_OTHERS = Set.of("completion", "help");

    private static final String NOTHING_DONE = "Nothing was done.";

    private final Surroundings surroundings;

    Latchkey(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Runs one command and gives its exit code. */
    int run(String... arguments) {
        return execute(commands(new LatchkeyCommand(), needed(arguments)), surroundings, arguments);
    }

    /** All commands; what help and a completion script are made from. */
    CommandLine commands(LatchkeyCommand root) {
        return commands(root, NAMES);
    }

    /** What runs these of the {@link #NAMES}, and knows no other. */
    CommandLine commands(LatchkeyCommand root, List<String> names) {
        CommandLine commandLine = new CommandLine(root);
        names.forEach(name -> commandLine.addSubcommand(command(root, name)));
        return commandLine;
    }

    /**
     * The commands that these arguments need: the one that is named where a command is expected. All of them when there is
     * none or it wants to see the others.
     */
    static List<String> needed(String... arguments) {
        for (String argument : arguments) {
            if (!BEFORE_COMMAND.contains(argument)) {
                return NAMES.contains(argument) && !SEE_OTHERS.contains(argument) ? List.of(argument) : NAMES;
            }
        }
        return NAMES;
    }

    private CommandLine command(LatchkeyCommand root, String name) {
        GlobalOptions global = root.global();
        return switch (name) {
            case "demo" -> new CommandLine(new DemoCommand(surroundings, root));
            case "register" -> new CommandLine(new RegisterCommand(surroundings, global));
            case "login" -> withOptions(global, access -> new LoginCommand(surroundings, global, access));
            case "shell" -> new CommandLine(new ShellCommand(surroundings, global));
            case "server" ->
                new CommandLine(new ServerCommand(surroundings, root))
                        .addSubcommand(new ServerInitCommand(surroundings, root))
                        .addSubcommand(new ServerRunCommand(surroundings, root))
                        .addSubcommand(new ServerMigrateCommand(surroundings, root))
                        .addSubcommand(new CommandLine(new ServerConfigCommand())
                                .addSubcommand(new ServerConfigCheckCommand(surroundings, root)))
                        .addSubcommand(new CommandLine(new ServerBackupCommand(surroundings, root))
                                .addSubcommand(new ServerBackupVerifyCommand(surroundings, root)))
                        .addSubcommand(new ServerRestoreCommand(surroundings, root))
                        .addSubcommand(new ServerDoctorCommand(surroundings, root))
                        .addSubcommand(new CommandLine(new ServerAccountCommand())
                                .addSubcommand(new ServerAccountShowCommand(surroundings, root))
                                .addSubcommand(new ServerAccountUnlockCommand(surroundings, root))
                                .addSubcommand(new ServerAccountDeleteCommand(surroundings, root)))
                        .addSubcommand(new CommandLine(new ServerSessionsCommand())
                                .addSubcommand(new ServerSessionsCloseCommand(surroundings, root)))
                        .addSubcommand(new ServerVerifyCommand(surroundings, root))
                        .addSubcommand(new CommandLine(new ServerKeysCommand())
                                .addSubcommand(new ServerKeysStatusCommand(surroundings, root))
                                .addSubcommand(new ServerKeysRotateCommand(surroundings, root)))
                        .addSubcommand(new CommandLine(new ServerRootKeyCommand())
                                .addSubcommand(new ServerRootKeyChangeCommand(surroundings, root)));
            case "version" -> new CommandLine(new VersionCommand(surroundings, root));
            case "completion" -> new CommandLine(new CompletionCommand(surroundings, root));
            case "help" -> new CommandLine(new HelpCommand(surroundings));
            default ->
                new OwnerCommands(surroundings, global, command -> withOptions(global, command::apply)).make(name);
        };
    }

    /** A command that logs in for itself, and so has the options for that. */
    private CommandLine withOptions(GlobalOptions global, Function<FreshAccess, Object> command) {
        SessionOptions options = new SessionOptions();
        CommandLine commandLine = new CommandLine(command.apply(new FreshAccess(surroundings, global, options)));
        commandLine.getCommandSpec().addMixin("session", CommandSpec.forAnnotatedObject(options));
        return commandLine;
    }

    /** Runs one of {@code commands} and gives its exit code. */
    static int execute(CommandLine commands, Surroundings surroundings, String... arguments) {
        // An argument that starts with @ is a name like any other, not a file of further arguments.
        commands.setExpandAtFiles(false);
        commands.setCaseInsensitiveEnumValuesAllowed(true);
        Style style = Style.of(surroundings, surroundings.terminal().outputIsTerminal());
        commands.setColorScheme(Help.defaultColorScheme(style.color() ? Help.Ansi.ON : Help.Ansi.OFF));
        commands.setUsageHelpWidth(Math.min(style.columns(), 120));
        commands.setOut(writer(surroundings.streams().out()));
        commands.setErr(writer(surroundings.streams().err()));
        FailureReport report = new FailureReport(
                surroundings.streams().err(),
                Arrays.asList(arguments).contains("--json"),
                Arrays.asList(arguments).contains("--debug"));
        commands.setExecutionStrategy(parsed -> {
            ServerCommand.requireNothingInPassing(parsed);
            return new RunLast().execute(parsed);
        });
        commands.setParameterExceptionHandler((e, given) -> usage(e, report));
        commands.setExecutionExceptionHandler((e, command, parsed) ->
                report.print(e instanceof CommandFailure failure ? failure : FailureReport.unforeseen(e)));
        int code = commands.execute(arguments);
        return code == ExitCode.OK.number() && isOutputLost(surroundings) ? report.print(outputLost()) : code;
    }

    /** A pipe takes nothing more only when its reader has gone, who then has what it wanted. */
    private static boolean isOutputLost(Surroundings surroundings) {
        return surroundings.streams().out().checkError()
                && !surroundings.terminal().outputIsPipe();
    }

    private static CommandFailure outputLost() {
        return new CommandFailure(
                FailureCode.FILE_UNWRITABLE,
                "Standard output took only a part of what there was to say, or nothing.",
                "What the command was to do is done.",
                "Make room where the output goes. What only shows something can be run again.");
    }

    private static int usage(ParameterException e, FailureReport report) {
        return report.print(new CommandFailure(
                        FailureCode.USAGE,
                        explain(e),
                        NOTHING_DONE,
                        "How it is used: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help")
                .because(e));
    }

    /** An argument that nobody expected may be a password typed in the wrong place, and is not repeated. */
    private static String explain(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            List<String> given = unmatched.getUnmatched();
            String first = given.isEmpty() ? "" : given.get(0);
            if (first.startsWith("--pass") || first.equals("-p")) {
                return "A password is never given as an argument, where other users of this machine could read it.";
            }
            if (first.startsWith("-") && first.length() > 1) {
                return "There is no option " + first.replaceFirst("=.*", "") + " here.";
            }
            if (e.getCommandLine().getParent() == null) {
                return "There is no command \"" + first + "\".";
            }
            return "There is an argument too many.";
        }
        return e.getMessage().replaceFirst("^Error: ", "");
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, UTF_8), true);
    }
}
