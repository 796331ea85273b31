package dev.latchkey.cli;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** A terminal at which lines prepared by a test are typed; without any it is no terminal. */
final class TypingPerson implements Terminal {

    private final Deque<char[]> lines = new ArrayDeque<>();
    private final List<String> prompts = new ArrayList<>();
    private final List<char[]> handedOut = new ArrayList<>();
    private boolean looksAtOutput;
    private boolean readsOutput;

    TypingPerson types(String line) {
        lines.add(line.toCharArray());
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
    public Optional<char[]> readHidden(String prompt) {
        prompts.add(prompt);
        Optional<char[]> line = Optional.ofNullable(lines.poll());
        line.ifPresent(handedOut::add);
        return line;
    }

    @Override
    public Optional<String> readLine(String prompt) {
        prompts.add(prompt);
        return Optional.ofNullable(lines.poll()).map(String::new);
    }
}
