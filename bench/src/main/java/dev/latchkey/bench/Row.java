package dev.latchkey.bench;

/** One row of the table of targets: something that is measured, and what it must reach. */
interface Row {

    /** What {@code bench/all --only} calls it. */
    String name();

    /** What is measured, in a line. */
    String about();

    /** Whether {@code bench/all} leaves it out unless it is asked for by name. */
    default boolean onlyByName() {
        return false;
    }

    /** Measures it; says on {@code bench} what it is doing meanwhile. */
    Finding measure(Bench bench) throws Exception;
}
