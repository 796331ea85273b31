package dev.latchkey.cli;

import java.util.List;

/**
 * One step of the demonstration.
 *
 * @param title what happens
 * @param who whose things stand on the left
 * @param owner what they have after it
 * @param server what the server's database has after it
 */
record DemoStep(String title, String who, List<Line> owner, List<Line> server) {

    /** A step of the owner's. */
    static DemoStep ofOwner(String title, List<Line> owner, List<Line> server) {
        return new DemoStep(title, "THE OWNER HAS", owner, server);
    }

    /**
     * One line.
     *
     * @param text what it says
     * @param tone what kind of thing it says
     */
    record Line(String text, Tone tone) {}

    /** Kinds of lines, so that a screen can show them apart. */
    enum Tone {
        PLAIN,
        /** Something a person can read and should notice. */
        CLEAR,
        /** Bytes nobody can read. */
        SEALED,
        GOOD,
        BAD
    }

    static Line plain(String text) {
        return new Line(text, Tone.PLAIN);
    }

    static Line clear(String text) {
        return new Line(text, Tone.CLEAR);
    }

    static Line sealed(String text) {
        return new Line(text, Tone.SEALED);
    }

    static Line good(String text) {
        return new Line(text, Tone.GOOD);
    }

    static Line bad(String text) {
        return new Line(text, Tone.BAD);
    }
}
