package dev.latchkey.opaque;

import dev.latchkey.opaque.ristretto.Element;
import java.util.Arrays;

/**
 * The server's answer in a registration: {@code evaluated_message ‖ server_public_key}, 64 bytes (RFC 9807 §5.1).
 */
public final class RegistrationResponse {

    /** The size on the wire. */
    public static final int BYTES = 2 * Element.BYTES;

    private final byte[] bytes;
    private final Element evaluatedElement;

    private RegistrationResponse(byte[] bytes, Element evaluatedElement) {
        this.bytes = bytes;
        this.evaluatedElement = evaluatedElement;
    }

    static RegistrationResponse of(Element evaluatedElement, byte[] serverPublicKey) {
        return new RegistrationResponse(Octets.concat(evaluatedElement.encode(), serverPublicKey), evaluatedElement);
    }

    /**
     * Reads a received message.
     *
     * @throws OpaqueException {@code MALFORMED} on a wrong length or a bad group element
     */
    public static RegistrationResponse parse(byte[] message) throws OpaqueException {
        MessageReader reader = new MessageReader(message, BYTES);
        Element evaluatedElement = reader.element();
        reader.element(); // server_public_key: used as bytes in the envelope, but validated before that (RFC 9807
        // §10.7)
        return new RegistrationResponse(message.clone(), evaluatedElement);
    }

    /** The message as it travels; a new array at each call. */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    Element evaluatedElement() {
        return evaluatedElement;
    }

    byte[] serverPublicKey() {
        return Arrays.copyOfRange(bytes, Element.BYTES, BYTES);
    }
}
