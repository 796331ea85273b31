package dev.latchkey.opaque;

import dev.latchkey.opaque.ristretto.Element;

/** The client's first message of a registration: {@code blinded_message}, 32 bytes (RFC 9807 §5.1). */
public final class RegistrationRequest {

    /** The size on the wire. */
    public static final int BYTES = Element.BYTES;

    private final byte[] bytes;
    private final Element blindedElement;

    private RegistrationRequest(byte[] bytes, Element blindedElement) {
        this.bytes = bytes;
        this.blindedElement = blindedElement;
    }

    static RegistrationRequest of(Element blindedElement) {
        return new RegistrationRequest(blindedElement.encode(), blindedElement);
    }

    /**
     * Reads a received message.
     *
     * @throws OpaqueException {@code MALFORMED} on a wrong length or a bad group element
     */
    public static RegistrationRequest parse(byte[] message) throws OpaqueException {
        MessageReader reader = new MessageReader(message, BYTES);
        return new RegistrationRequest(message.clone(), reader.element());
    }

    /** The message as it travels; a new array at each call. */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    Element blindedElement() {
        return blindedElement;
    }
}
