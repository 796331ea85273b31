package dev.latchkey.cli;

/** Waits until somebody asks a server to stop, or to look at its files again. */
@FunctionalInterface
interface StopSignal {

    /**
     * Blocks until the process is asked to stop, and runs {@code drain} then.
     *
     * @throws InterruptedException if the waiting thread is interrupted; {@code drain} has not run
     */
    void await(Runnable drain) throws InterruptedException;

    /** From now on runs {@code reload} whenever the process is asked for it; never where nobody can ask. */
    default void onReload(Runnable reload) {}
}
