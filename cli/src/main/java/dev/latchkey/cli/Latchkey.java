package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.RunLast;

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

    private final Surroundings surroundings;

    Latchkey(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Runs one command and gives its exit code. */
    int run(String... arguments) {
        String[] words = arguments.clone();
        int first = first(words);
        if (first < words.length && words[first].equals("--version")) {
            words[first] = "version";
        }
        return execute(commands(new LatchkeyCommand(), needed(words)), surroundings, words);
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
        int first = first(arguments);
        return first < arguments.length && NAMES.contains(arguments[first]) && !SEE_OTHERS.contains(arguments[first])
                ? List.of(arguments[first])
                : NAMES;
    }

    /** Where a command is expected. */
    private static int first(String... arguments) {
        int first = 0;
        while (first < arguments.length && BEFORE_COMMAND.contains(arguments[first])) {
            first++;
        }
        return first;
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
        Map<String, IHelpSectionRenderer> sections = new HashMap<>(commands.getHelpSectionMap());
        sections.put(UsageMessageSpec.SECTION_KEY_SYNOPSIS, Synopsis::of);
        commands.setHelpSectionMap(sections);
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
        commands.setParameterExceptionHandler((e, given) -> report.print(WrongUse.explain(e)));
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

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, UTF_8), true);
    }
}
