package dev.latchkey.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What stands before every other command. */
@Command(
        name = "latchkey",
        header = "Keeps your secrets at a server that can't read them.",
        description = {
            "",
            "All that opens them is your password, and it never leaves this machine.",
            "To see what that means: latchkey demo",
            ""
        },
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%nExit codes:%n",
        footer = {
            "  0  done",
            "  1  another error",
            "  2  wrong usage, or input that is not allowed",
            "  3  the session ended, or no account or server was given; of a server: no",
            "     memory left",
            "  4  wrong password, or locked out for a time",
            "  5  not found",
            "  6  conflict: the name, label or file exists",
            "  7  the server can't be reached, or asks to come back later",
            "  8  something on the way or at the server is not what it must be",
            "  9  a server was given a damaged key or one that others can read, or its",
            "     token refused the PIN",
            "130  interrupted with Ctrl-C"
        })
final class LatchkeyCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Mixin
    private final GlobalOptions global = new GlobalOptions();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A command is missing.");
    }

    GlobalOptions global() {
        return global;
    }
}
