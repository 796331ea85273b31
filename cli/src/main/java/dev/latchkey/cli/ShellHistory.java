package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The commands typed in earlier shells, in a file that is its owner's alone. Only what succeeded is kept there: what was
 * typed in a wrong place, as a password may be, is no command that succeeds. What is typed at a hidden prompt never comes
 * here.
 */
final class ShellHistory {

    private static final int KEPT = 500;
    private static final int MAX_FILE_BYTES = 1024 * 1024;

    private final Path file;
    private final List<String> lines = new ArrayList<>();

    private ShellHistory(Path file) {
        this.file = file;
    }

    /** What is in the file; nothing if there is none, or none that can be read. */
    static ShellHistory load(Path file) {
        ShellHistory history = new ShellHistory(file);
        try {
            if (Files.isRegularFile(file) && Files.size(file) <= MAX_FILE_BYTES) {
                history.lines.addAll(Files.readAllLines(file, UTF_8));
            }
        } catch (IOException e) {
            // A shell without its history is a shell still.
            history.lines.clear();
        }
        return history;
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    /** Adds a command that succeeded, and writes the file anew. */
    void add(String line) throws IOException {
        if (line.indexOf('\n') >= 0
                || (!lines.isEmpty() && lines.get(lines.size() - 1).equals(line))) {
            return;
        }
        lines.add(line);
        while (lines.size() > KEPT) {
            lines.remove(0);
        }
        PrivateFiles.createFolder(file.getParent());
        PrivateFiles.replace(file, (String.join("\n", lines) + "\n").getBytes(UTF_8));
    }
}
