package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Console;
import java.io.EOFException;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The process's terminal.
 *
 * <p>Which streams are terminals is told by the launcher: Java 17 can't say it of each one. A prompt goes to {@code
 * /dev/tty}, so that it works while input or output is a pipe, and what is typed is read as UTF-8: {@link Console} would
 * decode it by the locale, and one password would become another on a machine set up differently.
 */
final class SystemTerminal implements Terminal {

    private static final File TTY = new File("/dev/tty");
    private static final Path OUTPUT = Path.of("/dev/fd/1");
    private static final int MAX_LINE_BYTES = 8192;
    private static final int DEFAULT_COLUMNS = 80;
    private static final int MIN_COLUMNS = 40;

    private final String terminals;
    private final String columns;
    private final boolean utf8;

    /**
     * @param terminals the numbers of those standard streams that are terminals, for example {@code "02"}
     * @param columns the width as the launcher found it; may be anything
     * @param utf8 whether the screen shows UTF-8
     */
    SystemTerminal(String terminals, String columns, boolean utf8) {
        this.terminals = terminals;
        this.columns = columns;
        this.utf8 = utf8;
    }

    @Override
    public boolean inputIsTerminal() {
        return terminals.contains("0");
    }

    @Override
    public boolean outputIsTerminal() {
        return terminals.contains("1");
    }

    @Override
    public boolean errorIsTerminal() {
        return terminals.contains("2");
    }

    @Override
    public boolean outputIsPipe() {
        try {
            String target = Files.readSymbolicLink(OUTPUT).toString();
            return target.startsWith("pipe:") || target.startsWith("socket:");
        } catch (IOException | UnsupportedOperationException e) {
            // Not every system says what is behind a descriptor.
            return !outputIsTerminal();
        }
    }

    @Override
    public int columns() {
        if (!columns.matches("[1-9][0-9]{0,3}")) {
            return DEFAULT_COLUMNS;
        }
        return Math.max(MIN_COLUMNS, Integer.parseInt(columns));
    }

    @Override
    public boolean speaksUtf8() {
        return utf8;
    }

    @Override
    public Optional<char[]> readHidden(String prompt) throws IOException {
        if (!TTY.exists()) {
            return Optional.ofNullable(System.console()).map(console -> console.readPassword("%s", prompt));
        }
        try (FileInputStream keyboard = new FileInputStream(TTY);
                FileOutputStream screen = new FileOutputStream(TTY)) {
            HiddenTyping hidden = HiddenTyping.at(TTY);
            try {
                screen.write(prompt.getBytes(UTF_8));
                return Optional.of(readLine(keyboard));
            } finally {
                hidden.end();
                screen.write('\n');
            }
        } catch (FileNotFoundException e) {
            // The device is there, but this process has no terminal behind it.
            return Optional.empty();
        }
    }

    @Override
    public Optional<String> readLine(String prompt) throws IOException {
        if (!TTY.exists()) {
            return Optional.ofNullable(System.console()).map(console -> console.readLine("%s", prompt));
        }
        try (FileInputStream keyboard = new FileInputStream(TTY);
                FileOutputStream screen = new FileOutputStream(TTY)) {
            screen.write(prompt.getBytes(UTF_8));
            try {
                return Optional.of(new String(readLine(keyboard)));
            } catch (EOFException e) {
                screen.write('\n');
                throw e;
            }
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }

    private static char[] readLine(FileInputStream keyboard) throws IOException {
        byte[] line = new byte[MAX_LINE_BYTES];
        try {
            int length = 0;
            int b = keyboard.read();
            if (b < 0) {
                throw new EOFException("the input ended");
            }
            for (; b >= 0 && b != '\n'; b = keyboard.read()) {
                if (length == line.length) {
                    throw new IOException("the line is longer than " + MAX_LINE_BYTES + " bytes");
                }
                line[length++] = (byte) b;
            }
            return StrictUtf8.decode(line, length);
        } finally {
            Arrays.fill(line, (byte) 0);
        }
    }
}
