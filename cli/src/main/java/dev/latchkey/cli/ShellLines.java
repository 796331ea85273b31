package dev.latchkey.cli;

import java.io.IOException;
import java.util.Optional;

/** Where a shell's commands come from. */
interface ShellLines extends AutoCloseable {

    /** The next line; empty when there will be none. */
    Optional<String> next() throws IOException;

    /**
     * Tells what became of the line given last.
     *
     * @param done whether its command did what was asked
     */
    void ran(String line, boolean done);

    @Override
    void close() throws IOException;
}
