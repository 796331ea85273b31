package dev.latchkey.opaque;

import dev.latchkey.opaque.OpaqueException.Reason;
import dev.latchkey.opaque.ristretto.Element;
import dev.latchkey.opaque.ristretto.InvalidEncodingException;
import java.util.Arrays;

/** Takes a received message of one exact length apart, field by field. */
final class MessageReader {

    private final byte[] message;
    private int at;

    MessageReader(byte[] message, int length) throws OpaqueException {
        if (message.length != length) {
            throw new OpaqueException(Reason.MALFORMED);
        }
        this.message = message;
    }

    byte[] bytes(int length) {
        byte[] field = Arrays.copyOfRange(message, at, at + length);
        at += length;
        return field;
    }

    Element element() throws OpaqueException {
        return decodeElement(bytes(Element.BYTES));
    }

    /** DeserializeElement, which refuses the identity besides what is not canonical (RFC 9497 §2.1, RFC 9807 §10.7). */
    static Element decodeElement(byte[] encoded) throws OpaqueException {
        try {
            Element element = Element.decode(encoded);
            if (element.isIdentity()) {
                throw new OpaqueException(Reason.MALFORMED);
            }
            return element;
        } catch (InvalidEncodingException e) {
            throw new OpaqueException(Reason.MALFORMED);
        }
    }
}
