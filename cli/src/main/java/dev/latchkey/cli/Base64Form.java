package dev.latchkey.cli;

import dev.latchkey.opaque.SecretBytes;
import java.util.Arrays;
import java.util.Base64;

/** Base64 as RFC 4648 section 4 has it, in one line when written; read with lines of any length. */
final class Base64Form {

    private Base64Form() {}

    static SecretBytes encode(SecretBytes secret) {
        byte[] base64 = Base64.getEncoder().encode(secret.exposed());
        try {
            byte[] line = Arrays.copyOf(base64, base64.length + 1);
            line[base64.length] = '\n';
            return SecretBytes.takeOwnership(line);
        } finally {
            Arrays.fill(base64, (byte) 0);
        }
    }

    static SecretBytes decode(SecretBytes text) throws CommandFailure {
        try (SecretBytes joined = withoutLineEnds(text)) {
            SecretBytes secret = SecretBytes.takeOwnership(Base64.getDecoder().decode(joined.exposed()));
            byte[] again = Base64.getEncoder().encode(secret.exposed());
            try {
                // The decoder lets padding be left out, and takes last bits that belong to no byte.
                if (!joined.constantTimeEquals(again)) {
                    secret.close();
                    throw refused();
                }
                return secret;
            } finally {
                Arrays.fill(again, (byte) 0);
            }
        } catch (IllegalArgumentException e) {
            // Its text quotes a character, and is not passed on.
            throw refused();
        }
    }

    private static SecretBytes withoutLineEnds(SecretBytes text) {
        byte[] characters = text.exposed();
        try (SecretBytes room = SecretBytes.allocate(characters.length)) {
            int length = 0;
            for (byte character : characters) {
                if (character != '\n' && character != '\r') {
                    room.exposed()[length++] = character;
                }
            }
            return room.slice(0, length);
        }
    }

    private static CommandFailure refused() {
        return KeyFormat.refused("It is not base64: another character, or padding that is missing or wrong.");
    }
}
