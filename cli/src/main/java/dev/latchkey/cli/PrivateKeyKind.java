package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Tells a private key's form, and so the label of its PEM block, by the first layer of its DER. What the numbers in it are
 * is not looked at.
 */
final class PrivateKeyKind {

    private static final byte[] OPENSSH = "openssh-key-v1\0".getBytes(US_ASCII);

    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;
    private static final int RSA_INTEGERS = 9;
    private static final int DSA_INTEGERS = 6;
    private static final int MAX_ITEMS = 16;

    private PrivateKeyKind() {}

    /** The label, or nothing if these are not the bytes of a private key. */
    static Optional<String> of(byte[] bytes) {
        if (bytes.length > OPENSSH.length && Arrays.equals(bytes, 0, OPENSSH.length, OPENSSH, 0, OPENSSH.length)) {
            return Optional.of("OPENSSH PRIVATE KEY");
        }
        List<Integer> tags = tags(bytes);
        if (tags.size() >= 3 && tags.subList(0, 3).equals(List.of(INTEGER, SEQUENCE, OCTET_STRING))) {
            return Optional.of("PRIVATE KEY");
        }
        if (tags.equals(List.of(SEQUENCE, OCTET_STRING))) {
            return Optional.of("ENCRYPTED PRIVATE KEY");
        }
        if (tags.size() >= 2 && tags.subList(0, 2).equals(List.of(INTEGER, OCTET_STRING))) {
            return Optional.of("EC PRIVATE KEY");
        }
        if (tags.stream().allMatch(tag -> tag == INTEGER)) {
            return switch (tags.size()) {
                case RSA_INTEGERS -> Optional.of("RSA PRIVATE KEY");
                case DSA_INTEGERS -> Optional.of("DSA PRIVATE KEY");
                default -> Optional.empty();
            };
        }
        return Optional.empty();
    }

    /** The tags inside one outer sequence that fills the bytes exactly; none if there is no such thing. */
    private static List<Integer> tags(byte[] bytes) {
        List<Integer> tags = new ArrayList<>();
        int[] outer = item(bytes, 0);
        if (outer.length == 0 || bytes[0] != SEQUENCE || outer[1] != bytes.length) {
            return List.of();
        }
        int at = outer[0];
        while (at < bytes.length) {
            int[] item = item(bytes, at);
            if (item.length == 0 || tags.size() == MAX_ITEMS) {
                return List.of();
            }
            tags.add(Byte.toUnsignedInt(bytes[at]));
            at = item[1];
        }
        return tags;
    }

    /** Where the content of the item at {@code at} starts and ends; nothing if it does not fit. */
    private static int[] item(byte[] bytes, int at) {
        if (at + 2 > bytes.length) {
            return new int[0];
        }
        int length = Byte.toUnsignedInt(bytes[at + 1]);
        int start = at + 2;
        if (length > 0x80 && length <= 0x83) {
            int more = length - 0x80;
            length = 0;
            for (int i = 0; i < more && start < bytes.length; i++) {
                length = (length << 8) | Byte.toUnsignedInt(bytes[start++]);
            }
        } else if (length >= 0x80) {
            return new int[0];
        }
        return length <= bytes.length - start ? new int[] {start, start + length} : new int[0];
    }
}
