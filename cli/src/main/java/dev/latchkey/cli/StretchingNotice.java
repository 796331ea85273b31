package dev.latchkey.cli;

import dev.latchkey.client.Step;
import java.util.function.Consumer;

/** Shows on a screen that the password is being stretched, which takes a while on purpose. */
final class StretchingNotice implements Consumer<Step>, AutoCloseable {

    private static final String TEXT = "Stretching the password (on purpose slow, to make guessing slow too)";

    private final Surroundings surroundings;
    private final boolean shown;
    private Spinner spinner;

    /** @param json whether a program reads along, which wants no such thing */
    StretchingNotice(Surroundings surroundings, boolean json) {
        this.surroundings = surroundings;
        this.shown = !json && surroundings.terminal().errorIsTerminal();
    }

    @Override
    public synchronized void accept(Step step) {
        close();
        if (shown && step == Step.STRETCHING_PASSWORD) {
            spinner = Spinner.start(surroundings.streams().err(), TEXT, Style.of(surroundings, true));
        }
    }

    @Override
    public synchronized void close() {
        if (spinner != null) {
            spinner.close();
            spinner = null;
        }
    }
}
