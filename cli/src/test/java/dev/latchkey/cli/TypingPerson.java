package dev.latchkey.cli;

import java.io.EOFException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** A terminal at which lines prepared by a test are typed; without any it is no terminal. */
final class TypingPerson implements Terminal {

    private static final char[] LEAVES = {};

    private final Deque<char[]> lines = new ArrayDeque<>();
    private final List<String> prompts = new ArrayList<>();
    private final List<char[]> handedOut = new ArrayList<>();
    private boolean looksAtOutput;
    private boolean readsOutput;

    TypingPerson types(String line) {
        lines.add(line.toCharArray());
        return this;
    }

    /** Ends the input with Ctrl-D instead of typing a line. */
    TypingPerson leaves() {
        lines.add(LEAVES);
        return this;
    }

    /** Standard output and error are the screen from now on. */
    TypingPerson looksAtOutput() {
        looksAtOutput = true;
        return this;
    }

    /** Standard output goes to a program of this person from now on. */
    TypingPerson readsOutputByAProgram() {
        readsOutput = true;
        return this;
    }

    List<String> prompts() {
        return prompts;
    }

    /** The very arrays that were handed out, to see whether they were wiped. */
    List<char[]> handedOut() {
        return handedOut;
    }

    @Override
    public boolean inputIsTerminal() {
        return false;
    }

    @Override
    public boolean outputIsTerminal() {
        return looksAtOutput;
    }

    @Override
    public boolean errorIsTerminal() {
        return looksAtOutput;
    }

    @Override
    public boolean outputIsPipe() {
        return readsOutput;
    }

    @Override
    public int columns() {
        return 80;
    }

    @Override
    public boolean speaksUtf8() {
        return looksAtOutput;
    }

    @Override
    public Optional<char[]> readHidden(String prompt) throws EOFException {
        prompts.add(prompt);
        Optional<char[]> line = next();
        line.ifPresent(handedOut::add);
        return line;
    }

    @Override
    public Optional<String> readLine(String prompt) throws EOFException {
        prompts.add(prompt);
        return next().map(String::new);
    }

    private Optional<char[]> next() throws EOFException {
        char[] line = lines.poll();
        if (line == LEAVES) {
            throw new EOFException();
        }
        return Optional.ofNullable(line);
    }
}
