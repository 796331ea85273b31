package dev.latchkey.opaque;

import dev.latchkey.opaque.ristretto.Element;

/**
 * The client's first message of a login: {@code blinded_message ‖ client_nonce ‖ client_public_keyshare}, 96 bytes (RFC
 * 9807 §6.1).
 */
public final class Ke1 {

    /** The size on the wire. */
    public static final int BYTES = Element.BYTES + Ke1.NONCE_BYTES + Element.BYTES;

    static final int NONCE_BYTES = 32;

    private final byte[] bytes;
    private final Element blindedElement;
    private final Element clientKeyshare;

    private Ke1(byte[] bytes, Element blindedElement, Element clientKeyshare) {
        this.bytes = bytes;
        this.blindedElement = blindedElement;
        this.clientKeyshare = clientKeyshare;
    }

    static Ke1 of(Element blindedElement, byte[] clientNonce, KeyPair clientKeyshare) {
        return new Ke1(
                Octets.concat(blindedElement.encode(), clientNonce, clientKeyshare.publicKey()),
                blindedElement,
                clientKeyshare.publicElement());
    }

    /**
     * Reads a received message.
     *
     * @throws OpaqueException {@code MALFORMED} on a wrong length or a bad group element
     */
    public static Ke1 parse(byte[] message) throws OpaqueException {
        MessageReader reader = new MessageReader(message, BYTES);
        Element blindedElement = reader.element();
        reader.bytes(NONCE_BYTES);
        return new Ke1(message.clone(), blindedElement, reader.element());
    }

    /** The message as it travels; a new array at each call. */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    Element blindedElement() {
        return blindedElement;
    }

    Element clientKeyshare() {
        return clientKeyshare;
    }
}
