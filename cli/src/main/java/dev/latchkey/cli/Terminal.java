package dev.latchkey.cli;

import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;

/** The person's screen and keyboard, as far as there is one. */
interface Terminal {

    boolean inputIsTerminal();

    boolean outputIsTerminal();

    boolean errorIsTerminal();

    /** Whether standard output goes to another program, which may stop reading when it has seen enough. */
    boolean outputIsPipe();

    /** The width of a line, at least 40. */
    int columns();

    /** Whether the screen shows more than ASCII. */
    boolean speaksUtf8();

    /**
     * Asks for a line that is not shown while it is typed.
     *
     * @return the line without its end, which the caller wipes; empty when there is no terminal to ask at
     * @throws EOFException if the person ended the input instead
     */
    Optional<char[]> readHidden(String prompt) throws IOException;

    /**
     * Asks for a line that may be seen; empty when there is no terminal to ask at.
     *
     * @throws EOFException if the person ended the input instead
     */
    Optional<String> readLine(String prompt) throws IOException;
}
