package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.latchkey.opaque.SecretBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One block of RFC 7468: {@code -----BEGIN label-----}, base64, {@code -----END label-----}.
 *
 * <p>Only its bytes are stored. When they are written again, the label is made from them: that of the private keys in use,
 * or else {@value #OTHER}.
 */
final class PemForm {

    static final String OTHER = "SECRET";

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final String KEY = "PRIVATE KEY";
    private static final int LINE = 64;
    private static final int MAX_LABEL = 64;

    private PemForm() {}

    static SecretBytes encode(SecretBytes secret) {
        String label = PrivateKeyKind.of(secret.exposed()).orElse(OTHER);
        try (SecretBytes base64 = Base64Form.encode(secret)) {
            byte[] head = (BEGIN + label + DASHES + "\n").getBytes(US_ASCII);
            byte[] tail = (END + label + DASHES + "\n").getBytes(US_ASCII);
            int characters = base64.length() - 1;
            int lines = (characters + LINE - 1) / LINE;
            SecretBytes out = SecretBytes.allocate(head.length + characters + lines + tail.length);
            ByteBuffer buffer = ByteBuffer.wrap(out.exposed()).put(head);
            for (int from = 0; from < characters; from += LINE) {
                buffer.put(base64.exposed(), from, Math.min(LINE, characters - from))
                        .put((byte) '\n');
            }
            buffer.put(tail);
            return out;
        }
    }

    static SecretBytes decode(SecretBytes text) throws CommandFailure {
        Block block = find(text);
        try (SecretBytes base64 = text.slice(block.from, block.to - block.from)) {
            for (byte character : base64.exposed()) {
                if (character == ':') {
                    throw KeyFormat.refused("The PEM block has headers, without which its bytes are of no use"
                            + " (an encrypted key of the old form).");
                }
            }
            return Base64Form.decode(base64);
        }
    }

    /** Whether the block says of itself that it is a private key. */
    static boolean saysPrivateKey(SecretBytes text) throws CommandFailure {
        return find(text).label.endsWith(KEY);
    }

    private static Block find(SecretBytes text) throws CommandFailure {
        byte[] bytes = text.exposed();
        int begin = skipBlank(bytes, 0);
        if (!startsWith(bytes, begin, BEGIN)) {
            throw KeyFormat.refused("It is not PEM: it does not start with -----BEGIN.");
        }
        int labelFrom = begin + BEGIN.length();
        int labelTo = labelFrom;
        while (labelTo < bytes.length && labelTo - labelFrom <= MAX_LABEL && isLabel(bytes, labelTo)) {
            labelTo++;
        }
        if (!startsWith(bytes, labelTo, DASHES)) {
            throw KeyFormat.refused("It is not PEM: its first line does not end with five dashes.");
        }
        String label = new String(bytes, labelFrom, labelTo - labelFrom, US_ASCII);
        String end = END + label + DASHES;
        int from = labelTo + DASHES.length();
        int to = from;
        while (to < bytes.length && bytes[to] != '-') {
            to++;
        }
        if (!startsWith(bytes, to, end)) {
            throw KeyFormat.refused("It is not PEM: no END line with the label of the BEGIN line follows the base64.");
        }
        if (skipBlank(bytes, to + end.length()) != bytes.length) {
            throw KeyFormat.refused("Something follows the first PEM block, and only one block is taken at a time.");
        }
        return new Block(label, from, to);
    }

    /** What RFC 7468 lets a label consist of, but for hyphens inside it, which no label in use has. */
    private static boolean isLabel(byte[] bytes, int at) {
        return bytes[at] >= ' ' && bytes[at] < 0x7f && bytes[at] != '-';
    }

    private static int skipBlank(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && (bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == ' ')) {
            at++;
        }
        return at;
    }

    private static boolean startsWith(byte[] bytes, int from, String text) {
        byte[] expected = text.getBytes(US_ASCII);
        return from + expected.length <= bytes.length
                && Arrays.equals(bytes, from, from + expected.length, expected, 0, expected.length);
    }

    private record Block(String label, int from, int to) {}
}
