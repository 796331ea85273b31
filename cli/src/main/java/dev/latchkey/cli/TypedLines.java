package dev.latchkey.cli;

import java.io.IOException;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;

/** Commands typed at a terminal, with a history and completion; Ctrl-C drops a line, Ctrl-D ends. */
final class TypedLines implements ShellLines {

    private static final String PROMPT = "latchkey> ";

    private final Terminal terminal;
    private final LineReader reader;
    private final ShellHistory history;

    /** @param terminal closed with this */
    TypedLines(Terminal terminal, ShellCompleter completer, ShellHistory history) {
        this.terminal = terminal;
        this.history = history;
        this.reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("latchkey")
                .completer(completer)
                .parser(ShellWords.parser())
                // What is kept is decided here, when it is known what became of it.
                .variable(LineReader.DISABLE_HISTORY, true)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .build();
        history.lines().forEach(reader.getHistory()::add);
    }

    @Override
    public Optional<String> next() {
        while (true) {
            try {
                String line = typed();
                if (!line.isEmpty() && !line.startsWith("#")) {
                    return Optional.of(line);
                }
            } catch (EndOfFileException e) {
                return Optional.empty();
            }
        }
    }

    /** What was typed, without space around it; empty if it was given up with Ctrl-C. */
    private String typed() {
        try {
            return reader.readLine(PROMPT).strip();
        } catch (UserInterruptException e) {
            return "";
        }
    }

    @Override
    public void ran(String line, boolean done) {
        reader.getHistory().add(line);
        if (done) {
            try {
                history.add(line);
            } catch (IOException e) {
                // A history that can't be kept is no reason to stop.
            }
        }
    }

    @Override
    public void close() throws IOException {
        terminal.close();
    }
}
