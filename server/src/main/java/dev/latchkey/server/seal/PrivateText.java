package dev.latchkey.server.seal;

import dev.latchkey.opaque.SecretBytes;
import java.nio.file.Path;

/** One line in a file that is its owner's alone: a PIN, a token. */
final class PrivateText {

    private PrivateText() {}

    /** Without the end of the line. The caller closes it. */
    static SecretBytes read(Path file) throws RootKeyException {
        try (SecretBytes text = RootKeyFile.readOwnersAlone(file)) {
            int length = text.length();
            byte[] bytes = text.exposed();
            while (length > 0 && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r')) {
                length--;
            }
            return text.slice(0, length);
        }
    }
}
