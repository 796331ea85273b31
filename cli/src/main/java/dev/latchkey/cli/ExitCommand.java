package dev.latchkey.cli;

import picocli.CommandLine.Command;

/** Leaves the shell. */
@Command(name = "exit", aliases = "quit", description = "Close the session and leave the shell; Ctrl-D does so too.")
final class ExitCommand implements Runnable {

    private final Runnable leave;

    ExitCommand(Runnable leave) {
        this.leave = leave;
    }

    @Override
    public void run() {
        leave.run();
    }
}
