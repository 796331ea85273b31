package dev.latchkey.opaque;

import dev.latchkey.opaque.ristretto.Element;
import java.util.Arrays;

/**
 * The server's answer in a login: the credential response (192 bytes), {@code server_nonce ‖ server_public_keyshare ‖
 * server_mac}, in all 320 bytes (RFC 9807 §6.1).
 */
public final class Ke2 {

    /** The size on the wire. */
    public static final int BYTES = Ke2.MAC_OFFSET + HmacSha512.BYTES;

    static final int NONCE_BYTES = 32;

    private static final int MAC_OFFSET = CredentialResponse.BYTES + NONCE_BYTES + Element.BYTES;

    private final byte[] bytes;
    private final CredentialResponse credentialResponse;
    private final Element serverKeyshare;

    private Ke2(byte[] bytes, CredentialResponse credentialResponse, Element serverKeyshare) {
        this.bytes = bytes;
        this.credentialResponse = credentialResponse;
        this.serverKeyshare = serverKeyshare;
    }

    /** The message still without its MAC, which is all zero; {@link #withMac} adds it. */
    static Ke2 withoutMac(CredentialResponse credentialResponse, byte[] serverNonce, KeyPair serverKeyshare) {
        byte[] bytes = Octets.concat(
                credentialResponse.toByteArray(), serverNonce, serverKeyshare.publicKey(), new byte[HmacSha512.BYTES]);
        return new Ke2(bytes, credentialResponse, serverKeyshare.publicElement());
    }

    Ke2 withMac(byte[] serverMac) {
        return new Ke2(Octets.concat(authenticatedPart(), serverMac), credentialResponse, serverKeyshare);
    }

    /**
     * Reads a received message.
     *
     * @throws OpaqueException {@code MALFORMED} on a wrong length or a bad group element
     */
    public static Ke2 parse(byte[] message) throws OpaqueException {
        MessageReader reader = new MessageReader(message, BYTES);
        CredentialResponse credentialResponse = CredentialResponse.read(reader);
        reader.bytes(NONCE_BYTES);
        return new Ke2(message.clone(), credentialResponse, reader.element());
    }

    /** The message as it travels; a new array at each call. */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    CredentialResponse credentialResponse() {
        return credentialResponse;
    }

    Element serverKeyshare() {
        return serverKeyshare;
    }

    /** {@code credential_response ‖ server_nonce ‖ server_public_keyshare}, what the MACs cover of this message. */
    byte[] authenticatedPart() {
        return Arrays.copyOf(bytes, MAC_OFFSET);
    }

    byte[] serverMac() {
        return Arrays.copyOfRange(bytes, MAC_OFFSET, BYTES);
    }
}
