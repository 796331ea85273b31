package dev.latchkey.cli;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** UTF-8 that is refused when it is damaged, never repaired. */
final class StrictUtf8 {

    private StrictUtf8() {}

    /**
     * Decodes the first {@code length} bytes.
     *
     * @return the characters, which the caller wipes if they are secret; no other copy stays
     * @throws CharacterCodingException if the bytes are not UTF-8
     */
    static char[] decode(byte[] bytes, int length) throws CharacterCodingException {
        // Never more characters than bytes.
        char[] room = new char[length];
        try {
            CharBuffer characters = CharBuffer.wrap(room);
            var decoder = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT);
            var end = decoder.decode(ByteBuffer.wrap(bytes, 0, length), characters, true);
            if (end.isError()) {
                end.throwException();
            }
            return Arrays.copyOf(room, characters.position());
        } finally {
            Arrays.fill(room, '\0');
        }
    }
}
