package dev.latchkey.opaque;

import dev.latchkey.opaque.OpaqueException.Reason;
import dev.latchkey.opaque.oprf.OprfClient;
import java.security.SecureRandom;

/**
 * A registration that waits for the server's answer; one-shot, made by {@link OpaqueClient#startRegistration}.
 *
 * <p>It holds a copy of the password until {@link #finish} or {@link #close()}.
 */
public final class ClientRegistration implements AutoCloseable {

    private final OprfClient oprf;
    private final SecureRandom random;
    private final KeyStretching stretching;
    private final RegistrationRequest request;
    private boolean finished;

    ClientRegistration(OprfClient oprf, SecureRandom random, KeyStretching stretching) {
        this.oprf = oprf;
        this.random = random;
        this.stretching = stretching;
        this.request = RegistrationRequest.of(oprf.blindedElement());
    }

    /** What goes to the server. */
    public RegistrationRequest request() {
        return request;
    }

    /**
     * FinalizeRegistrationRequest (RFC 9807 §5.2.3); takes as long as the stretching does, and ends this state whatever
     * comes of it.
     *
     * @param identities the same that every login will use
     * @param parameters the same that every login will use
     * @return the record for the server and the export key, which the caller closes
     * @throws OpaqueException {@code REFLECTED} if the server gave back the request instead of evaluating it: the keys would
     *     depend on the password alone. The RFC leaves this check to the implementation
     * @throws IllegalStateException if this state was finished or closed before
     */
    public ClientRegistrationResult finish(
            RegistrationResponse response, Identities identities, KsfParameters parameters) throws OpaqueException {
        if (finished) {
            throw new IllegalStateException("a registration finishes once");
        }
        try {
            if (response.evaluatedElement().constantTimeEquals(oprf.blindedElement())) {
                throw new OpaqueException(Reason.REFLECTED);
            }
            byte[] envelopeNonce = new byte[Envelope.NONCE_BYTES];
            random.nextBytes(envelopeNonce);
            byte[] serverPublicKey = response.serverPublicKey();
            // 1. evaluated_element = DeserializeElement(response.evaluated_message), in RegistrationResponse.parse
            // 2. oprf_output = Finalize(password, blind, evaluated_element)
            // 3.-4. stretched_oprf_output, randomized_password
            // 5. Store(randomized_password, response.server_public_key, server_identity, client_identity)
            try (SecretBytes oprfOutput = oprf.output(response.evaluatedElement());
                    RandomizedPassword randomizedPassword = RandomizedPassword.of(oprfOutput, stretching, parameters);
                    SecretBytes maskingKey = randomizedPassword.maskingKey();
                    Envelope envelope =
                            Envelope.store(randomizedPassword, envelopeNonce, serverPublicKey, identities)) {
                // 6. record = RegistrationRecord { client_public_key, masking_key, envelope }
                return new ClientRegistrationResult(
                        RegistrationRecord.of(envelope.clientKeyPair(), maskingKey, envelope.toByteArray()),
                        envelope.exportKey(),
                        serverPublicKey);
            }
        } finally {
            close();
        }
    }

    /** Wipes the password and the blind; closing again does nothing. */
    @Override
    public void close() {
        finished = true;
        oprf.close();
    }
}
