package dev.latchkey.opaque;

import dev.latchkey.opaque.OpaqueException.Reason;
import dev.latchkey.opaque.oprf.OprfClient;
import dev.latchkey.opaque.ristretto.Element;
import java.util.Arrays;

/**
 * A login that waits for the server's answer; one-shot, made by {@link OpaqueClient#startLogin}.
 *
 * <p>It holds a copy of the password until {@link #finish} or {@link #close()}.
 */
public final class ClientLogin implements AutoCloseable {

    private final OprfClient oprf;
    private final KeyPair clientKeyshare;
    private final Ke1 ke1;
    private final byte[] context;
    private final KeyStretching stretching;
    private boolean finished;

    ClientLogin(OprfClient oprf, KeyPair clientKeyshare, Ke1 ke1, byte[] context, KeyStretching stretching) {
        this.oprf = oprf;
        this.clientKeyshare = clientKeyshare;
        this.ke1 = ke1;
        this.context = context;
        this.stretching = stretching;
    }

    /** What goes to the server. */
    public Ke1 ke1() {
        return ke1;
    }

    /**
     * GenerateKE3 (RFC 9807 §6.2.3); takes as long as the stretching does, and ends this state whatever comes of it.
     *
     * @param identities the same as at registration
     * @param parameters the same as at registration
     * @return the keys, given only after the server's MAC verified; the caller closes it
     * @throws OpaqueException {@code ENVELOPE} on a wrong password, an unknown account or other identities or parameters
     *     than at registration; {@code SERVER_MAC} if the server holds the record but isn't the one the client registered
     *     with, or the transcript was changed; {@code REFLECTED} if the server gave back one of the client's own elements,
     *     which the RFC leaves to the implementation to refuse; {@code MALFORMED} if the server key pinned at registration
     *     is no group element
     * @throws IllegalStateException if this state was finished or closed before
     */
    public ClientLoginResult finish(Ke2 ke2, Identities identities, KsfParameters parameters) throws OpaqueException {
        if (finished) {
            throw new IllegalStateException("a login finishes once");
        }
        try {
            CredentialResponse response = ke2.credentialResponse();
            if (response.evaluatedElement().constantTimeEquals(ke1.blindedElement())
                    || ke2.serverKeyshare().constantTimeEquals(ke1.clientKeyshare())) {
                throw new OpaqueException(Reason.REFLECTED);
            }
            // RecoverCredentials (RFC 9807 §6.3.2.3)
            // 1. evaluated_element = DeserializeElement(response.evaluated_message), in Ke2.parse
            // 2. oprf_output = Finalize(password, blind, evaluated_element)
            // 3.-4. stretched_oprf_output, randomized_password
            // 5. masking_key = Expand(randomized_password, "MaskingKey", Nh)
            try (SecretBytes oprfOutput = oprf.output(response.evaluatedElement());
                    RandomizedPassword randomizedPassword = RandomizedPassword.of(oprfOutput, stretching, parameters);
                    SecretBytes maskingKey = randomizedPassword.maskingKey()) {
                // 6.-7. concat(server_public_key, envelope) = xor(credential_response_pad, response.masked_response)
                byte[] credentials = response.unmask(maskingKey);
                byte[] serverPublicKey = Arrays.copyOf(credentials, Element.BYTES);
                byte[] received = Arrays.copyOfRange(credentials, Element.BYTES, credentials.length);
                // 8. Recover(randomized_password, server_public_key, envelope, server_identity, client_identity)
                try (Envelope envelope = Envelope.recover(randomizedPassword, received, serverPublicKey, identities)) {
                    return authenticate(ke2, identities, serverPublicKey, envelope);
                }
            }
        } finally {
            close();
        }
    }

    /** Wipes the password and the ephemeral secrets; closing again does nothing. */
    @Override
    public void close() {
        finished = true;
        oprf.close();
        clientKeyshare.close();
    }

    /** AuthClientFinalize (RFC 9807 §6.4.3). */
    private ClientLoginResult authenticate(Ke2 ke2, Identities identities, byte[] serverPublicKey, Envelope envelope)
            throws OpaqueException {
        KeyPair clientKeyPair = envelope.clientKeyPair();
        Transcript transcript = Transcript.of(
                context,
                identities.clientOr(clientKeyPair.publicKey()),
                ke1,
                identities.serverOr(serverPublicKey),
                ke2.authenticatedPart());
        Element serverKey = MessageReader.decodeElement(serverPublicKey);
        // 1.-4. dh1, dh2, dh3, ikm = concat(dh1, dh2, dh3)
        // 5.-6. preamble, Km2, Km3, session_key
        try (SecretBytes ikm = TripleDh.client(clientKeyshare, clientKeyPair, ke2.serverKeyshare(), serverKey);
                KeySchedule keys = KeySchedule.derive(ikm, transcript)) {
            // 7.-8. if !ct_equal(ke2.auth_response.server_mac, expected_server_mac): raise ServerAuthenticationError
            if (!keys.serverMac().constantTimeEquals(ke2.serverMac())) {
                throw new OpaqueException(Reason.SERVER_MAC);
            }
            // 9.-10. client_mac = MAC(Km3, Hash(concat(preamble, expected_server_mac))); ke3 = KE3 { client_mac }
            return new ClientLoginResult(
                    Ke3.of(keys.clientMac()), keys.sessionKey().copy(), envelope.exportKey(), serverPublicKey);
        }
    }
}
