package dev.latchkey.server.admin;

import dev.latchkey.protocol.UserId;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes one message: its version, its kind, then its fields, numbers with the highest byte first. */
final class MessageWriter {
    static final byte VERSION = 1;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    MessageWriter(int kind) {
        bytes.write(VERSION);
        bytes.write(kind);
    }

    MessageWriter number(int value) {
        bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
        return this;
    }

    MessageWriter number(long value) {
        bytes.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
        return this;
    }

    /** At most 65,535 bytes of UTF-8, behind their number. */
    MessageWriter text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > Character.MAX_VALUE) {
            throw new IllegalArgumentException("the text is too long");
        }
        bytes.writeBytes(
                ByteBuffer.allocate(Character.BYTES).putChar((char) utf8.length).array());
        bytes.writeBytes(utf8);
        return this;
    }

    MessageWriter user(UserId user) {
        bytes.writeBytes(user.toByteArray());
        return this;
    }

    byte[] message() {
        return bytes.toByteArray();
    }
}
