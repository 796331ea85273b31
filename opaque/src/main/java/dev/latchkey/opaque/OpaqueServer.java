package dev.latchkey.opaque;

import dev.latchkey.opaque.oprf.OprfServer;
import dev.latchkey.opaque.ristretto.Element;
import dev.latchkey.opaque.ristretto.Scalar;
import java.security.SecureRandom;
import java.util.Objects;

/**
 * The server's role: answers registrations and logins (RFC 9807 §5.2.2 and §6.2.2).
 *
 * <p>Uses the key pair without owning it, holds no other secret, and may be shared by threads if its {@link SecureRandom}
 * may.
 */
public final class OpaqueServer {

    /** The size of an {@code oprf_seed}. */
    public static final int OPRF_SEED_BYTES = 64;

    private static final byte[] NO_CONTEXT = {};
    private static final byte[] OPRF_KEY = Octets.ascii("OprfKey");
    private static final byte[] DERIVE_KEY_PAIR = Octets.ascii("OPAQUE-DeriveKeyPair");

    private final ServerKeyPair keyPair;
    private final SecureRandom random;
    private final byte[] context;

    /** A server of the configuration with an empty context. */
    public OpaqueServer(ServerKeyPair keyPair, SecureRandom random) {
        this(keyPair, random, NO_CONTEXT);
    }

    /**
     * A server of the configuration with {@code context}, up to 65,535 bytes that both sides know (RFC 9807 §7); copied.
     *
     * @throws IllegalArgumentException if the context is too long
     */
    public OpaqueServer(ServerKeyPair keyPair, SecureRandom random, byte[] context) {
        if (context.length > OpaqueClient.MAX_CONTEXT_BYTES) {
            throw new IllegalArgumentException("a context has at most 65535 bytes");
        }
        this.keyPair = Objects.requireNonNull(keyPair, "keyPair");
        this.random = Objects.requireNonNull(random, "random");
        this.context = context.clone();
    }

    /**
     * CreateRegistrationResponse (RFC 9807 §5.2.2).
     *
     * @param credentialIdentifier the account's own, the same at every login
     * @param oprfSeed 64 bytes, still the caller's, the same at every login
     */
    public RegistrationResponse respond(
            RegistrationRequest request, byte[] credentialIdentifier, SecretBytes oprfSeed) {
        // 4.-5. blinded_element = DeserializeElement(request.blinded_message), in RegistrationRequest.parse
        Element evaluatedElement = evaluate(request.blindedElement(), credentialIdentifier, oprfSeed);
        return RegistrationResponse.of(evaluatedElement, keyPair.publicKey());
    }

    /**
     * GenerateKE2 (RFC 9807 §6.2.2).
     *
     * <p>The server must count the attempt before the answer leaves: the client learns from it whether its password is
     * right, and need never send a KE3.
     *
     * @param record the account's, or a {@linkplain #fakeRecord fake one}; still the caller's
     * @param credentialIdentifier the same as at registration
     * @param oprfSeed 64 bytes, the same as at registration; still the caller's
     * @param identities the same as at registration
     * @return the state, which the caller closes
     * @throws OpaqueException {@code MALFORMED} if a Diffie-Hellman value is the identity
     */
    public ServerLogin startLogin(
            RegistrationRecord record,
            Ke1 ke1,
            byte[] credentialIdentifier,
            SecretBytes oprfSeed,
            Identities identities)
            throws OpaqueException {
        // CreateCredentialResponse (RFC 9807 §6.3.2.2)
        Element evaluatedElement = evaluate(ke1.blindedElement(), credentialIdentifier, oprfSeed);
        byte[] maskingNonce = randomBytes(CredentialResponse.NONCE_BYTES);
        CredentialResponse response =
                CredentialResponse.create(evaluatedElement, maskingNonce, keyPair.publicKey(), record);
        // AuthServerRespond (RFC 9807 §6.4.4)
        // 1. server_nonce = random(Nn)
        byte[] serverNonce = randomBytes(Ke2.NONCE_BYTES);
        // 2.-3. server_keyshare_seed = random(Nseed); DeriveDiffieHellmanKeyPair(server_keyshare_seed)
        try (KeyPair serverKeyshare = KeyPair.generate(random)) {
            Ke2 unauthenticated = Ke2.withoutMac(response, serverNonce, serverKeyshare);
            // 4. preamble
            Transcript transcript = Transcript.of(
                    context,
                    identities.clientOr(record.clientPublicKeyBytes()),
                    ke1,
                    identities.serverOr(keyPair.publicKey()),
                    unauthenticated.authenticatedPart());
            // 5.-8. dh1, dh2, dh3, ikm
            // 9.-12. Km2, Km3, session_key, server_mac, expected_client_mac
            try (SecretBytes ikm = TripleDh.server(
                            serverKeyshare, keyPair.keyPair(), ke1.clientKeyshare(), record.clientPublicKey());
                    KeySchedule keys = KeySchedule.derive(ikm, transcript)) {
                return ServerLogin.start(
                        unauthenticated.withMac(keys.serverMac().exposed()), keys);
            }
        }
    }

    /**
     * The record of an account that doesn't exist (RFC 9807 §6.3.2.2 and §10.9): its envelope is zero, which no one sees
     * without the password, and its public key a real one.
     *
     * <p>Both arguments must be random to others and the same at every login of one name. To cost the same as a stored
     * record it must go the same way: serialized and parsed.
     *
     * @param clientKeyPairSeed 32 bytes, still the caller's
     * @param maskingKey 64 bytes, still the caller's
     * @return the record, which the caller closes
     */
    public RegistrationRecord fakeRecord(SecretBytes clientKeyPairSeed, SecretBytes maskingKey) {
        if (maskingKey.length() != Hkdf.HASH_BYTES) {
            throw new IllegalArgumentException("a masking key has 64 bytes");
        }
        try (KeyPair clientKeyPair = KeyPair.derive(clientKeyPairSeed)) {
            return RegistrationRecord.of(clientKeyPair, maskingKey, new byte[Envelope.BYTES]);
        }
    }

    /** The OPRF's evaluation under the account's own key, as in RFC 9807 §5.2.2 and §6.3.2.2. */
    private static Element evaluate(Element blindedElement, byte[] credentialIdentifier, SecretBytes oprfSeed) {
        try (Scalar oprfKey = oprfKey(credentialIdentifier, oprfSeed)) {
            // 3. evaluated_element = BlindEvaluate(oprf_key, blinded_element)
            return OprfServer.blindEvaluate(oprfKey, blindedElement);
        }
    }

    static Scalar oprfKey(byte[] credentialIdentifier, SecretBytes oprfSeed) {
        if (oprfSeed.length() != OPRF_SEED_BYTES) {
            throw new IllegalArgumentException("an OPRF seed has 64 bytes");
        }
        // 1. seed = Expand(oprf_seed, concat(credential_identifier, "OprfKey"), Nok)
        // 2. (oprf_key, _) = DeriveKeyPair(seed, "OPAQUE-DeriveKeyPair")
        try (SecretBytes seed = Hkdf.expand(oprfSeed, Octets.concat(credentialIdentifier, OPRF_KEY), Scalar.BYTES)) {
            return OprfServer.deriveKey(seed, DERIVE_KEY_PAIR);
        }
    }

    private byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
