package dev.latchkey.server.admin;

import dev.latchkey.protocol.UserId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads what {@link MessageWriter} wrote, and takes nothing else. */
final class MessageReader {
    private final ByteBuffer bytes;
    private final int kind;

    MessageReader(byte[] message) throws MalformedMessageException {
        bytes = ByteBuffer.wrap(message);
        if (message.length < 2 || bytes.get() != MessageWriter.VERSION) {
            throw new MalformedMessageException();
        }
        kind = bytes.get();
    }

    int kind() {
        return kind;
    }

    int number() throws MalformedMessageException {
        return field(Integer.BYTES).getInt();
    }

    long longNumber() throws MalformedMessageException {
        return field(Long.BYTES).getLong();
    }

    String text() throws MalformedMessageException {
        int length = field(Character.BYTES).getChar();
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(field(length)).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedMessageException();
        }
    }

    UserId user() throws MalformedMessageException {
        byte[] id = new byte[UserId.BYTES];
        field(id.length).get(id);
        return UserId.of(id);
    }

    /** Nothing may follow. */
    void end() throws MalformedMessageException {
        if (bytes.hasRemaining()) {
            throw new MalformedMessageException();
        }
    }

    private ByteBuffer field(int length) throws MalformedMessageException {
        try {
            ByteBuffer field = bytes.slice(bytes.position(), length);
            bytes.position(bytes.position() + length);
            return field;
        } catch (IndexOutOfBoundsException | BufferUnderflowException e) {
            throw new MalformedMessageException();
        }
    }
}
