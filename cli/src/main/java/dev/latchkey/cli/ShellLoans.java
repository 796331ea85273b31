package dev.latchkey.cli;

import java.util.ArrayList;
import java.util.List;

/** The clipboard loans of a shell, which end while it goes on, and at the latest with it. */
final class ShellLoans implements AutoCloseable {

    private final Surroundings surroundings;
    private final List<ClipboardLoan> loans = new ArrayList<>();
    private final Thread atOnce = new Thread(this::endAll, "clear the clipboard");

    ShellLoans(Surroundings surroundings) {
        this.surroundings = surroundings;
        Runtime.getRuntime().addShutdownHook(atOnce);
    }

    synchronized void add(ClipboardLoan loan) {
        loans.add(loan);
        Thread waiting = new Thread(() -> endInTime(loan), "wait to clear the clipboard");
        waiting.setDaemon(true);
        waiting.start();
    }

    private void endInTime(ClipboardLoan loan) {
        try {
            surroundings.time().pass(ClipboardLoan.TIME);
            loan.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (CommandFailure e) {
            new Output(surroundings, false).warning(e.what() + " " + e.kept() + " " + e.next());
        }
    }

    private synchronized void endAll() {
        loans.forEach(ClipboardLoan::close);
    }

    @Override
    public void close() {
        endAll();
        try {
            Runtime.getRuntime().removeShutdownHook(atOnce);
        } catch (IllegalStateException e) {
            // The process is ending, and the hook does the same: doing it twice harms nothing.
            return;
        }
    }
}
