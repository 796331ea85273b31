package dev.latchkey.cli;

import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Fetches a password from where the options say, as characters that the caller wipes. */
final class PasswordSource {

    /** Enough for 1,024 bytes in any Unicode form; the protocol decides what is too long. */
    private static final int MAX_BYTES = 8192;

    private static final int ATTEMPTS = 3;

    private final PasswordOptions options;
    private final Surroundings surroundings;
    private final String name;
    private final String sources;
    private final String kept;

    PasswordSource(PasswordOptions options, Surroundings surroundings) {
        this(
                options,
                surroundings,
                "password",
                "--password-stdin, --password-file FILE or --password-fd N",
                "Nothing was sent.");
    }

    private PasswordSource(
            PasswordOptions options, Surroundings surroundings, String name, String sources, String kept) {
        this.options = options;
        this.surroundings = surroundings;
        this.name = name;
        this.sources = sources;
        this.kept = kept;
    }

    /** The source of a recovery code, which is read like a password. */
    static PasswordSource ofRecoveryCode(PasswordOptions options, Surroundings surroundings) {
        return new PasswordSource(
                options,
                surroundings,
                "recovery code",
                "--code-file FILE or --code-fd N",
                CommandFailure.NOTHING_CHANGED);
    }

    /** The source of the password that takes the place of the one there is. */
    static PasswordSource ofNewPassword(PasswordOptions options, Surroundings surroundings) {
        return new PasswordSource(
                options, surroundings, "new password", "--new-password-file FILE", CommandFailure.NOTHING_CHANGED);
    }

    /** What is asked for; a prompt asks once. */
    char[] asked(String prompt) throws CommandFailure {
        return options.areAbsent() ? prompt(prompt) : given();
    }

    /** The password of an account that exists; a prompt asks once. */
    char[] current(String account) throws CommandFailure {
        return asked("Password for " + account + ": ");
    }

    /** A password to be set; a prompt asks twice. */
    char[] chosen(String account) throws CommandFailure {
        if (!options.areAbsent()) {
            return given();
        }
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            char[] password = prompt("New password for " + account + ": ");
            char[] again = {};
            try {
                again = prompt("Once more: ");
                // Both were typed by the person who waits for the answer: there is nobody to hide a time from.
                if (Arrays.equals(password, again)) {
                    return password.clone();
                }
            } finally {
                Arrays.fill(password, '\0');
                Arrays.fill(again, '\0');
            }
            surroundings.streams().err().println("The two are not the same. Once more, please.");
        }
        throw new CommandFailure(
                FailureCode.INVALID_INPUT,
                "The two passwords differed " + ATTEMPTS + " times.",
                kept,
                "Run the command again.");
    }

    private char[] prompt(String text) throws CommandFailure {
        Optional<char[]> typed;
        try {
            typed = surroundings.terminal().readHidden(text);
        } catch (EOFException e) {
            throw CommandFailure.leftAtPrompt(e);
        } catch (CharacterCodingException e) {
            throw notText("What was typed", e);
        } catch (IOException e) {
            throw unreadable("The terminal", e);
        }
        return typed.orElseThrow(() -> new CommandFailure(
                FailureCode.USAGE,
                "A " + name + " is needed, and there is no terminal to ask for it.",
                kept,
                "Give it with " + sources + "."));
    }

    private char[] given() throws CommandFailure {
        if (options.takeStandardInput()) {
            return read("Standard input", () -> surroundings.streams().in());
        }
        if (options.file() != null) {
            return read(
                    "The file " + options.file(),
                    () -> new FileInputStream(options.file().toFile()));
        }
        return read("The file descriptor " + options.descriptor(), this::openDescriptor);
    }

    private InputStream openDescriptor() throws IOException {
        Path descriptor = Path.of("/dev/fd", options.descriptor().toString());
        if (belongsToTheVirtualMachine(descriptor)) {
            throw new IOException("nothing was passed on this descriptor");
        }
        return new FileInputStream(descriptor.toFile());
    }

    /** The Java machine opens its own files under the lowest numbers that are free: they must not pass for a password. */
    private static boolean belongsToTheVirtualMachine(Path descriptor) {
        try {
            Path target = Files.readSymbolicLink(descriptor);
            return target.startsWith(Path.of(System.getProperty("java.home")).toRealPath())
                    || target.toString().endsWith(".jar");
        } catch (IOException | UnsupportedOperationException | InvalidPathException e) {
            return false;
        }
    }

    private char[] read(String place, Opened input) throws CommandFailure {
        byte[] bytes = new byte[MAX_BYTES + 2];
        try (InputStream stream = input.open()) {
            int length = stream.readNBytes(bytes, 0, bytes.length);
            if (length == bytes.length) {
                throw new CommandFailure(
                        FailureCode.INVALID_INPUT,
                        place + " holds more than a " + name + " can be (1,024 bytes).",
                        kept,
                        "Give the " + name + " alone, with at most one line end behind it.");
            }
            return StrictUtf8.decode(bytes, withoutLineEnd(bytes, length));
        } catch (CharacterCodingException e) {
            throw notText(place, e);
        } catch (IOException e) {
            throw unreadable(place, e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static int withoutLineEnd(byte[] bytes, int length) {
        if (length == 0 || bytes[length - 1] != '\n') {
            return length;
        }
        return length > 1 && bytes[length - 2] == '\r' ? length - 2 : length - 1;
    }

    private CommandFailure notText(String place, IOException cause) {
        return new CommandFailure(
                        FailureCode.INVALID_INPUT,
                        place + " is not text in UTF-8, and a " + name + " must be.",
                        kept,
                        "Save it as UTF-8, or type the " + name + " at the prompt.")
                .because(cause);
    }

    private CommandFailure unreadable(String place, IOException cause) {
        return new CommandFailure(
                        FailureCode.FILE_UNREADABLE,
                        place + " can't be read for the " + name + ".",
                        kept,
                        "Check that it exists and that this user may read it.")
                .because(cause);
    }

    @FunctionalInterface
    private interface Opened {
        InputStream open() throws IOException;
    }
}
