package dev.latchkey.cli;

import dev.latchkey.opaque.SecretBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads the secret that is to be stored, byte for byte. */
final class SecretInput {

    static final int MAX_BYTES = 65_535;

    private SecretInput() {}

    /** Reads the file; the caller closes the result. */
    static SecretBytes readFile(Path file) throws CommandFailure {
        if (Files.isDirectory(file)) {
            throw unreadable("The file " + file + " is a folder.", null);
        }
        try (InputStream input = Files.newInputStream(file)) {
            return read("The file " + file, input);
        } catch (IOException e) {
            throw unreadable("The file " + file + " can't be read.", e);
        }
    }

    /** Reads standard input to its end; the caller closes the result. */
    static SecretBytes readStandardInput(InputStream input) throws CommandFailure {
        try {
            return read("Standard input", input);
        } catch (IOException e) {
            throw unreadable("Standard input can't be read.", e);
        }
    }

    private static SecretBytes read(String name, InputStream input) throws IOException, CommandFailure {
        byte[] room = new byte[MAX_BYTES + 1];
        try {
            int length = input.readNBytes(room, 0, room.length);
            if (length == 0) {
                throw refused(name + " is empty, and a secret has at least one byte.");
            }
            if (length > MAX_BYTES) {
                throw refused(name + " is larger than a secret can be (65,535 bytes).");
            }
            return SecretBytes.takeOwnership(Arrays.copyOf(room, length));
        } finally {
            Arrays.fill(room, (byte) 0);
        }
    }

    private static CommandFailure refused(String what) {
        return new CommandFailure(
                FailureCode.INVALID_INPUT,
                what,
                "Nothing was stored.",
                "Store a key or a password, not the data itself.");
    }

    private static CommandFailure unreadable(String what, IOException cause) {
        return new CommandFailure(
                        FailureCode.FILE_UNREADABLE,
                        what,
                        "Nothing was stored.",
                        "Check that it exists and that this user may read it.")
                .because(cause);
    }
}
