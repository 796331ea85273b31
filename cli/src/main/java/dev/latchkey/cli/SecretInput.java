package dev.latchkey.cli;

import dev.latchkey.opaque.SecretBytes;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads the secret that is to be stored, byte for byte. */
final class SecretInput {

    static final int MAX_BYTES = 65_535;

    private static final String NOTHING_STORED = "Nothing was stored.";

    private SecretInput() {}

    /** Reads the file; the caller closes the result. */
    static SecretBytes readFile(Path file) throws CommandFailure {
        return readFile(file, MAX_BYTES);
    }

    /** Reads a file that may be longer than the secret in it; the caller closes the result. */
    static SecretBytes readFile(Path file, int maxBytes) throws CommandFailure {
        requireReadable(file);
        try (InputStream input = Files.newInputStream(file)) {
            return read("The file " + file, input, maxBytes);
        } catch (IOException e) {
            throw unreadable("The file " + file + " can't be read.", e);
        }
    }

    /** Fails now if {@link #readFile} would because the file is not there, before anybody is asked for a password. */
    static void requireReadable(Path file) throws CommandFailure {
        if (Files.isDirectory(file)) {
            throw new CommandFailure(
                    FailureCode.FILE_UNREADABLE, "The file " + file + " is a folder.", NOTHING_STORED, "Name a file.");
        }
        if (!Files.isReadable(file)) {
            throw unreadable("The file " + file + " can't be read.", null);
        }
    }

    /** Reads standard input to its end; the caller closes the result. */
    static SecretBytes readStandardInput(InputStream input, int maxBytes) throws CommandFailure {
        try {
            return read("Standard input", input, maxBytes);
        } catch (IOException e) {
            throw unreadable("Standard input can't be read.", e);
        }
    }

    /** Reads one line at a hidden prompt; the caller closes the result. */
    static SecretBytes readHidden(Terminal terminal, int maxBytes) throws CommandFailure {
        char[] typed;
        try {
            typed = terminal.readHidden("The secret, in one line: ")
                    .orElseThrow(() -> new CommandFailure(
                            FailureCode.USAGE,
                            "There is no terminal to type the secret at.",
                            NOTHING_STORED,
                            "Name the FILE that the secret is in."));
        } catch (EOFException e) {
            throw CommandFailure.leftAtPrompt(e);
        } catch (IOException e) {
            throw unreadable("What was typed can't be read.", e);
        }
        try {
            CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
            byte[] room = new byte[Math.min(maxBytes, MAX_BYTES) + 1];
            try {
                ByteBuffer bytes = ByteBuffer.wrap(room);
                CoderResult end = encoder.encode(CharBuffer.wrap(typed), bytes, true);
                if (typed.length == 0) {
                    throw new CommandFailure(
                            FailureCode.INVALID_INPUT,
                            "Nothing was typed, and a secret has at least one byte.",
                            NOTHING_STORED,
                            "Run the command again, or name the FILE that the secret is in.");
                }
                if (end.isError() || end.isOverflow() || bytes.position() == room.length) {
                    throw refused("What was typed is longer than a secret can be, or not text.");
                }
                return SecretBytes.takeOwnership(Arrays.copyOf(room, bytes.position()));
            } finally {
                Arrays.fill(room, (byte) 0);
            }
        } finally {
            Arrays.fill(typed, '\0');
        }
    }

    private static SecretBytes read(String name, InputStream input, int maxBytes) throws IOException, CommandFailure {
        byte[] room = new byte[maxBytes + 1];
        try {
            int length = input.readNBytes(room, 0, room.length);
            if (length == 0) {
                throw new CommandFailure(
                        FailureCode.INVALID_INPUT,
                        name + " is empty, and a secret has at least one byte.",
                        NOTHING_STORED,
                        "Look whether that is where the secret is, and whether what writes it did.");
            }
            if (length > maxBytes) {
                throw refused(name + " is larger than a secret can be (65,535 bytes).");
            }
            return SecretBytes.takeOwnership(Arrays.copyOf(room, length));
        } finally {
            Arrays.fill(room, (byte) 0);
        }
    }

    private static CommandFailure refused(String what) {
        return new CommandFailure(
                FailureCode.INVALID_INPUT, what, NOTHING_STORED, "Store a key or a password, not the data itself.");
    }

    private static CommandFailure unreadable(String what, IOException cause) {
        return new CommandFailure(
                        FailureCode.FILE_UNREADABLE,
                        what,
                        NOTHING_STORED,
                        "Check that it exists and that this user may read it.")
                .because(cause);
    }
}
