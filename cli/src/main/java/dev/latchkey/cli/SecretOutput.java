package dev.latchkey.cli;

import dev.latchkey.opaque.SecretBytes;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;

/** Hands a retrieved secret out, byte for byte: to standard output or into a file. */
final class SecretOutput {

    private static final String SECRET_KEPT = "The secret is still at the server; no part of it was left in a file.";

    private final Path file;
    private final boolean force;
    private final String kept;

    /**
     * @param file where to write; {@code null} for standard output
     * @param force whether a file may be replaced
     */
    SecretOutput(Path file, boolean force) {
        this(file, force, SECRET_KEPT);
    }

    /** @param kept what to say was kept when writing failed */
    SecretOutput(Path file, boolean force, String kept) {
        this.file = file;
        this.force = force;
        this.kept = kept;
    }

    /** Fails now if {@link #write} would, before anybody is asked for a password. */
    void requireWritable() throws CommandFailure {
        if (file == null) {
            return;
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new CommandFailure(
                    FailureCode.USAGE,
                    file + " is not a file that could be replaced.",
                    "It was left as it is, and no secret was fetched.",
                    "Name a file with -o, or leave -o out and pipe standard output.");
        }
        if (!force && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw exists();
        }
    }

    /** Writes {@code secret}, which stays the caller's, to the file or to {@code out}. */
    void write(SecretBytes secret, Surroundings surroundings) throws CommandFailure {
        if (file != null) {
            writeFile(secret);
        } else if (surroundings.terminal().outputIsTerminal()) {
            show(secret, surroundings.streams().out());
        } else {
            writeTo(surroundings.streams().out(), secret.exposed());
        }
    }

    /** Writes all of {@code bytes} or fails. */
    static void writeTo(PrintStream out, byte[] bytes) throws CommandFailure {
        out.write(bytes, 0, bytes.length);
        if (out.checkError()) {
            throw new CommandFailure(
                    FailureCode.FILE_UNWRITABLE,
                    "Standard output took only a part of the secret, or nothing.",
                    "The secret is still at the server.",
                    "Look at what reads the output, then run the command again.");
        }
    }

    private void writeFile(SecretBytes secret) throws CommandFailure {
        try {
            if (force) {
                // Behind a symbolic link it is the file that is meant, not the link.
                PrivateFiles.replace(Files.exists(file) ? file.toRealPath() : file, secret.exposed());
            } else {
                PrivateFiles.create(file, secret.exposed());
            }
        } catch (FileAlreadyExistsException e) {
            throw exists();
        } catch (IOException e) {
            throw new CommandFailure(
                            FailureCode.FILE_UNWRITABLE,
                            "The file " + file + " can't be written.",
                            kept,
                            "Check that the folder exists, that this user may write to it and that the disk is not full.")
                    .because(e);
        }
    }

    private CommandFailure exists() {
        return new CommandFailure(
                FailureCode.FILE_EXISTS,
                "The file " + file + " exists already.",
                "It was left as it is.",
                "Name another file, or add --force to replace it.");
    }

    /** A screen gets text only: other bytes would be garbage at best and commands to the terminal at worst. */
    private static void show(SecretBytes secret, PrintStream out) throws CommandFailure {
        byte[] bytes = secret.exposed();
        char[] text = {};
        try {
            text = StrictUtf8.decode(bytes, bytes.length);
        } catch (CharacterCodingException e) {
            throw notText(bytes.length, e);
        }
        try {
            for (char c : text) {
                if (c != '\n' && c != '\t' && (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT)) {
                    throw notText(bytes.length, null);
                }
            }
            writeTo(out, bytes);
            if (bytes[bytes.length - 1] != '\n') {
                // So that the shell's prompt does not stand on the same line.
                out.println();
            }
        } finally {
            Arrays.fill(text, '\0');
        }
    }

    private static CommandFailure notText(int length, Exception cause) {
        return new CommandFailure(
                        FailureCode.USAGE,
                        "The secret (" + length + " bytes) is not text that a terminal could show.",
                        "It is still at the server; nothing of it was shown.",
                        "Write it to a file with -o FILE, pipe it, or add --json for base64.")
                .because(cause);
    }
}
