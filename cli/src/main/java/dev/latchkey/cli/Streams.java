package dev.latchkey.cli;

import java.io.InputStream;
import java.io.PrintStream;

/**
 * The three standard streams.
 *
 * @param in unbuffered, so that nothing of a secret stays behind in a buffer
 * @param out for data alone; unbuffered for the same reason
 * @param err for everything said to a person
 */
record Streams(InputStream in, PrintStream out, PrintStream err) {}
