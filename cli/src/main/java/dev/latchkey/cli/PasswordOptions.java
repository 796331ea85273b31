package dev.latchkey.cli;

import java.nio.file.Path;
import java.util.Set;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Where the password comes from; without any of these, from a prompt. */
final class PasswordOptions {

    private static final Set<String> STANDARD_INPUT = Set.of("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0");

    @ArgGroup(exclusive = true)
    private Source source = new Source();

    /** Those that name this file; {@code null} for none, which is a prompt. */
    static PasswordOptions ofFile(Path file) {
        PasswordOptions options = new PasswordOptions();
        options.source.file = file;
        return options;
    }

    /** Those that name a file or a descriptor; {@code null} for none. */
    static PasswordOptions of(Path file, Integer descriptor) {
        PasswordOptions options = ofFile(file);
        options.source.descriptor = descriptor;
        return options;
    }

    private static final class Source {
        @Option(
                names = "--password-stdin",
                description = "Read the password from standard input, to its end; one line end is stripped.")
        private boolean fromStandardInput;

        @Option(
                names = "--password-file",
                paramLabel = "FILE",
                description = "Read the password from FILE; one line end is stripped.")
        private Path file;

        @Option(
                names = "--password-fd",
                paramLabel = "N",
                description = "Read the password from the open file descriptor N; one line end is stripped.")
        private Integer descriptor;
    }

    /** Whether standard input is taken, and can't be the secret's too. */
    boolean takeStandardInput() {
        return source.fromStandardInput
                || (source.descriptor != null && source.descriptor == 0)
                || (source.file != null && STANDARD_INPUT.contains(source.file.toString()));
    }

    /** Whether there is nothing to read from but a prompt. */
    boolean areAbsent() {
        return !source.fromStandardInput && source.file == null && source.descriptor == null;
    }

    /** The file to read; {@code null} without {@code --password-file}. */
    Path file() {
        return source.file;
    }

    /** The descriptor to read; {@code null} without {@code --password-fd}. */
    Integer descriptor() {
        return source.descriptor;
    }
}
