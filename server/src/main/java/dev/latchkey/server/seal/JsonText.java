package dev.latchkey.server.seal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** As much of JSON as two answers need, without making text of a secret: members whose value is text without escapes. */
final class JsonText {

    private JsonText() {}

    /** The value of the first member with this name; empty if there is none, or it is no plain text. */
    static byte[] member(byte[] json, String name) {
        byte[] sought = ("\"" + name + "\"").getBytes(StandardCharsets.US_ASCII);
        for (int at = 0; at + sought.length <= json.length; at++) {
            if (Arrays.equals(json, at, at + sought.length, sought, 0, sought.length)) {
                int colon = skipSpace(json, at + sought.length);
                if (colon < json.length && json[colon] == ':') {
                    return text(json, skipSpace(json, colon + 1));
                }
            }
        }
        return new byte[0];
    }

    /** Whether everything from there on may stand between quotation marks as it is. */
    static boolean isPlain(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] <= ' ' || bytes[i] == '"' || bytes[i] == '\\' || bytes[i] > '~') {
                return false;
            }
        }
        return true;
    }

    private static byte[] text(byte[] json, int quote) {
        if (quote >= json.length || json[quote] != '"') {
            return new byte[0];
        }
        int end = quote + 1;
        while (end < json.length && json[end] != '"') {
            end++;
        }
        byte[] text = end == json.length ? new byte[0] : Arrays.copyOfRange(json, quote + 1, end);
        return isPlain(text, 0) ? text : new byte[0];
    }

    private static int skipSpace(byte[] json, int from) {
        int at = from;
        while (at < json.length && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) {
            at++;
        }
        return at;
    }
}
