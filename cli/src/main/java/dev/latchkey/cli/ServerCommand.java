package dev.latchkey.cli;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** A server for trying out; its subcommands make one for keeping. */
@Command(
        name = "server",
        description = {
            "Run a key server.",
            "",
            "For trying out:  latchkey server --dev",
            "For keeping:     latchkey server init, then latchkey server run",
            "While it runs:   latchkey server account, latchkey server sessions",
            ""
        })
final class ServerCommand implements Callable<Integer> {

    private static final int MAX_PORT = 65_535;

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--dev",
            description = "Make keys and certificates of its own, run, and print how to point a client at it.")
    private boolean dev;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "latchkey-dev",
            description = "With --dev: the folder for its files; ${DEFAULT-VALUE} unless given.")
    private Path data;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "" + ServerFolder.DEFAULT_PORT,
            description = "With --dev: the port on localhost; ${DEFAULT-VALUE} unless given, 0 for one that is free.")
    private int port;

    ServerCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure {
        if (!dev) {
            throw new ParameterException(
                    spec.commandLine(), "Which server: --dev for trying out, or init and run for keeping?");
        }
        if (port < 0 || port > MAX_PORT) {
            throw new ParameterException(spec.commandLine(), "A port is a number from 0 to " + MAX_PORT + ".");
        }
        ServerFolder folder = new ServerFolder(data.toAbsolutePath().normalize());
        new ServerSetup(folder, new SecureRandom(), Clock.systemUTC()).makeKeys();
        Output output = new Output(surroundings, root.global().json());
        new ServerRunner(surroundings)
                .run(
                        folder.config(new ListenAddress("localhost", port)).forTryingOut(),
                        address -> say(address, folder, output));
        return ExitCode.OK.number();
    }

    /** What stands before a subcommand of this one would count for nothing there, and another server would be meant. */
    static void requireNothingInPassing(ParseResult parsed) {
        if (parsed.asCommandLineList().stream().anyMatch(CommandLine::isUsageHelpRequested)) {
            return;
        }
        boolean isHere = false;
        for (ParseResult each = parsed; each.hasSubcommand(); each = each.subcommand()) {
            isHere |= each.commandSpec().userObject() instanceof ServerCommand;
            if (isHere) {
                requireNothing(each);
            }
        }
    }

    private static void requireNothing(ParseResult passed) {
        String next = passed.subcommand().commandSpec().name();
        for (OptionSpec option : passed.matchedOptions()) {
            if (!option.inherited()) {
                throw new ParameterException(
                        passed.subcommand().commandSpec().commandLine(),
                        option.longestName() + " stands before " + next
                                + ", where it counts for nothing. Leave it out, or give what " + next
                                + " takes behind it.");
            }
        }
        if (!passed.matchedPositionals().isEmpty()) {
            throw new ParameterException(
                    passed.subcommand().commandSpec().commandLine(),
                    "There is an argument too many before " + next + ".");
        }
    }

    private static void say(ListenAddress address, ServerFolder folder, Output output) {
        JsonObject json = new JsonObject();
        json.addProperty("server", address.toString());
        json.addProperty("ca", folder.authority().toString());
        json.addProperty("data", folder.folder().toString());
        String text = String.join(
                System.lineSeparator(),
                "A server for trying out, with its data in " + folder.folder() + ".",
                "",
                "Point a client at it:",
                "  export LATCHKEY_SERVER=" + address,
                "  export LATCHKEY_CA=" + quoted(folder.authority()),
                "",
                "Stop it with Ctrl-C.");
        output.result(text, json);
    }

    /** As a shell reads it back. */
    private static String quoted(Path path) {
        String text = path.toString();
        return text.matches("[0-9A-Za-z_./+@%-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
