package dev.latchkey.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;

/** Commands from standard input, one a line; those that are blank or start with # are none. */
final class ScriptLines implements ShellLines {

    private static final int MAX_LINE_BYTES = 64 * 1024;

    private final InputStream input;
    private final byte[] line = new byte[MAX_LINE_BYTES];

    ScriptLines(InputStream input) {
        this.input = input;
    }

    @Override
    public Optional<String> next() throws IOException {
        int length = readLine();
        while (length >= 0) {
            String text = decode(length).strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                return Optional.of(text);
            }
            length = readLine();
        }
        return Optional.empty();
    }

    /** The length of the next line, or -1 at the end. */
    private int readLine() throws IOException {
        int length = 0;
        int next = input.read();
        if (next < 0) {
            return -1;
        }
        while (next >= 0 && next != '\n') {
            if (length == line.length) {
                throw new IOException("a line is longer than " + MAX_LINE_BYTES + " bytes");
            }
            line[length++] = (byte) next;
            next = input.read();
        }
        return length;
    }

    private String decode(int length) throws CharacterCodingException {
        return new String(StrictUtf8.decode(line, length));
    }

    @Override
    public void ran(String text, boolean done) {
        // A script has no history.
    }

    @Override
    public void close() {
        // Standard input belongs to the process.
    }
}
