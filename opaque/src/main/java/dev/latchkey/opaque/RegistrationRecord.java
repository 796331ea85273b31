package dev.latchkey.opaque;

import dev.latchkey.opaque.ristretto.Element;
import java.util.Arrays;

/**
 * What the server keeps of a registration: {@code client_public_key ‖ masking_key ‖ envelope}, 192 bytes (RFC 9807 §5.1).
 *
 * <p>Sensitive: whoever holds the masking key can tell an account from an invented one, and with the OPRF seed can try
 * passwords. So it is closeable, never printed, and travels and rests encrypted (RFC 9807 §10.10).
 */
public final class RegistrationRecord implements AutoCloseable {

    /** The size on the wire. */
    public static final int BYTES = Element.BYTES + Hkdf.HASH_BYTES + Envelope.BYTES;

    private static final int ENVELOPE_OFFSET = Element.BYTES + Hkdf.HASH_BYTES;

    private final SecretBytes bytes;
    private final Element clientPublicKey;

    private RegistrationRecord(SecretBytes bytes, Element clientPublicKey) {
        this.bytes = bytes;
        this.clientPublicKey = clientPublicKey;
    }

    static RegistrationRecord of(KeyPair clientKeyPair, SecretBytes maskingKey, byte[] envelope) {
        byte[] bytes = Octets.concat(clientKeyPair.publicKey(), maskingKey.exposed(), envelope);
        return new RegistrationRecord(SecretBytes.takeOwnership(bytes), clientKeyPair.publicElement());
    }

    /**
     * Reads a received or stored record; {@code message} stays the caller's to wipe.
     *
     * @throws OpaqueException {@code MALFORMED} on a wrong length or a bad group element
     */
    public static RegistrationRecord parse(byte[] message) throws OpaqueException {
        Element clientPublicKey = new MessageReader(message, BYTES).element();
        return new RegistrationRecord(SecretBytes.copyOf(message), clientPublicKey);
    }

    /** The record as it travels; a copy that the caller wipes. */
    public byte[] toByteArray() {
        return bytes.copyBytes();
    }

    /** Wipes the record; closing again does nothing. */
    @Override
    public void close() {
        bytes.close();
    }

    @Override
    public String toString() {
        return "RegistrationRecord[REDACTED]";
    }

    Element clientPublicKey() {
        return clientPublicKey;
    }

    byte[] clientPublicKeyBytes() {
        return Arrays.copyOf(bytes.exposed(), Element.BYTES);
    }

    /** A copy that the caller closes. */
    SecretBytes maskingKey() {
        return bytes.slice(Element.BYTES, Hkdf.HASH_BYTES);
    }

    byte[] envelope() {
        return Arrays.copyOfRange(bytes.exposed(), ENVELOPE_OFFSET, BYTES);
    }
}
