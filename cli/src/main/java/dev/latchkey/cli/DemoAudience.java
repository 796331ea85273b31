package dev.latchkey.cli;

import java.util.List;

/** Whoever the demonstration is shown to. */
interface DemoAudience {

    /** Shows what the two sides have after a step. */
    void see(DemoStep step);

    /** Shows lines as they are. */
    void see(String title, List<String> lines);
}
