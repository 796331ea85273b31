package dev.latchkey.e2e;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Something that is looked for, in every form in which it might have been written down. Its first and its last bytes are
 * looked for by themselves, so that a part of it is found as well.
 */
final class Sought {
    private static final int PIECE = 16;

    private final String name;
    private final List<Form> forms = new ArrayList<>();

    private Sought(String name) {
        this.name = name;
    }

    /** @param value at least 16 bytes, so that it is nowhere by chance */
    static Sought of(String name, byte[] value) {
        if (value.length < PIECE) {
            throw new IllegalArgumentException("too short to be told from chance");
        }
        Sought sought = new Sought(name);
        sought.addForms(Arrays.copyOf(value, PIECE));
        if (value.length > PIECE) {
            sought.addForms(Arrays.copyOfRange(value, value.length - PIECE, value.length));
        }
        return sought;
    }

    /** @param text at least 16 characters; looked for in UTF-8 and, as Java keeps characters, in UTF-16 */
    static Sought of(String name, String text) {
        Sought sought = of(name, text.getBytes(StandardCharsets.UTF_8));
        for (String piece : List.of(text.substring(0, PIECE), text.substring(text.length() - PIECE))) {
            sought.add("characters", piece.getBytes(StandardCharsets.UTF_16BE));
            sought.add("characters, low byte first", piece.getBytes(StandardCharsets.UTF_16LE));
        }
        return sought;
    }

    String name() {
        return name;
    }

    /** Two bytes as a number, by which a form is picked out quickly. */
    static int start(byte[] bytes, int at) {
        return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
    }

    List<Form> forms() {
        return List.copyOf(forms);
    }

    private void addForms(byte[] piece) {
        add("bytes", piece);
        // As a cipher keeps a key: little-endian words, which a heap dump writes with their highest byte first.
        add("32-bit words", words(piece, Integer.BYTES));
        add("64-bit words", words(piece, Long.BYTES));
        add("bytes, each as a UTF-16 character", text(piece).getBytes(StandardCharsets.UTF_16BE));
        add("bytes, each as a UTF-16 character, low byte first", text(piece).getBytes(StandardCharsets.UTF_16LE));
        addText("hexadecimal", HexFormat.of().formatHex(piece));
        addText("hexadecimal", HexFormat.of().formatHex(piece).toUpperCase(Locale.ROOT));
        for (int before = 0; before < 3; before++) {
            addText("base64", base64(piece, before, Base64.getEncoder()));
            addText("base64", base64(piece, before, Base64.getUrlEncoder()));
        }
    }

    private void addText(String form, String text) {
        add(form, text.getBytes(StandardCharsets.US_ASCII));
        add(form + " in UTF-16", text.getBytes(StandardCharsets.UTF_16BE));
        add(form + " in UTF-16", text.getBytes(StandardCharsets.UTF_16LE));
    }

    private void add(String form, byte[] bytes) {
        if (forms.stream().noneMatch(known -> Arrays.equals(known.bytes, bytes))) {
            forms.add(new Form(name + " as " + form, bytes));
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] words(byte[] bytes, int size) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer out = ByteBuffer.allocate(bytes.length);
        while (in.hasRemaining()) {
            if (size == Integer.BYTES) {
                out.putInt(in.getInt());
            } else {
                out.putLong(in.getLong());
            }
        }
        return out.array();
    }

    /** The characters that depend on {@code piece} alone, wherever in a longer text's groups of three it begins. */
    private static String base64(byte[] piece, int before, Base64.Encoder encoder) {
        byte[] shifted = new byte[before + piece.length];
        System.arraycopy(piece, 0, shifted, before, piece.length);
        int from = (8 * before + 5) / 6;
        int to = 8 * shifted.length / 6;
        return encoder.encodeToString(shifted).substring(from, to);
    }

    /** One way to write it down. */
    static final class Form {
        private final String name;
        private final byte[] bytes;

        private Form(String name, byte[] bytes) {
            this.name = name;
            this.bytes = bytes;
        }

        String name() {
            return name;
        }

        int length() {
            return bytes.length;
        }

        int start() {
            return Sought.start(bytes, 0);
        }

        boolean isAt(byte[] where, int from, int end) {
            return end - from >= bytes.length
                    && Arrays.equals(where, from, from + bytes.length, bytes, 0, bytes.length);
        }
    }
}
