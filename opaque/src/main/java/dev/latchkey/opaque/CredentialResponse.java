package dev.latchkey.opaque;

import dev.latchkey.opaque.ristretto.Element;
import java.util.Arrays;

/** {@code evaluated_message ‖ masking_nonce ‖ masked_response}, 192 bytes (RFC 9807 §6.3.1). */
final class CredentialResponse {

    static final int BYTES = Element.BYTES + CredentialResponse.NONCE_BYTES + CredentialResponse.CREDENTIALS_BYTES;
    static final int NONCE_BYTES = 32;

    /** {@code server_public_key ‖ envelope}, what the mask hides. */
    static final int CREDENTIALS_BYTES = Element.BYTES + Envelope.BYTES;

    private static final byte[] PAD_LABEL = Octets.ascii("CredentialResponsePad");

    private final Element evaluatedElement;
    private final byte[] evaluatedMessage;
    private final byte[] maskingNonce;
    private final byte[] maskedResponse;

    private CredentialResponse(
            Element evaluatedElement, byte[] evaluatedMessage, byte[] maskingNonce, byte[] maskedResponse) {
        this.evaluatedElement = evaluatedElement;
        this.evaluatedMessage = evaluatedMessage;
        this.maskingNonce = maskingNonce;
        this.maskedResponse = maskedResponse;
    }

    /** The last steps of CreateCredentialResponse (RFC 9807 §6.3.2.2). */
    static CredentialResponse create(
            Element evaluatedElement, byte[] maskingNonce, byte[] serverPublicKey, RegistrationRecord record) {
        try (SecretBytes maskingKey = record.maskingKey()) {
            // 7. masked_response = xor(credential_response_pad, concat(server_public_key, record.envelope))
            byte[] credentials = Octets.concat(serverPublicKey, record.envelope());
            return new CredentialResponse(
                    evaluatedElement,
                    evaluatedElement.encode(),
                    maskingNonce,
                    mask(credentials, maskingKey, maskingNonce));
        }
    }

    static CredentialResponse read(MessageReader reader) throws OpaqueException {
        byte[] evaluatedMessage = reader.bytes(Element.BYTES);
        return new CredentialResponse(
                MessageReader.decodeElement(evaluatedMessage),
                evaluatedMessage,
                reader.bytes(NONCE_BYTES),
                reader.bytes(CREDENTIALS_BYTES));
    }

    /** {@code server_public_key ‖ envelope}, if {@code maskingKey} is the one of the record; else noise. */
    byte[] unmask(SecretBytes maskingKey) {
        return mask(maskedResponse, maskingKey, maskingNonce);
    }

    Element evaluatedElement() {
        return evaluatedElement;
    }

    byte[] toByteArray() {
        return Octets.concat(evaluatedMessage, maskingNonce, maskedResponse);
    }

    private static byte[] mask(byte[] credentials, SecretBytes maskingKey, byte[] maskingNonce) {
        byte[] masked = Arrays.copyOf(credentials, CREDENTIALS_BYTES);
        // credential_response_pad = Expand(masking_key, concat(masking_nonce, "CredentialResponsePad"), Npk + Nn + Nm)
        try (SecretBytes pad = Hkdf.expand(maskingKey, Octets.concat(maskingNonce, PAD_LABEL), CREDENTIALS_BYTES)) {
            byte[] padBytes = pad.exposed();
            for (int i = 0; i < masked.length; i++) {
                masked[i] ^= padBytes[i];
            }
        }
        return masked;
    }
}
