package dev.latchkey.opaque;

import dev.latchkey.opaque.oprf.OprfClient;
import java.security.SecureRandom;
import java.util.Objects;

/**
 * The client's role: starts registrations and logins (RFC 9807 §5.2.1 and §6.2.1).
 *
 * <p>Holds no secret and may be shared by threads if its {@link SecureRandom} may; each state it hands out belongs to one.
 */
public final class OpaqueClient {

    /** The longest context, in bytes. */
    public static final int MAX_CONTEXT_BYTES = 0xFFFF;

    private static final byte[] NO_CONTEXT = {};

    private final SecureRandom random;
    private final byte[] context;
    private final KeyStretching stretching;

    /** A client of the configuration with an empty context. */
    public OpaqueClient(SecureRandom random) {
        this(random, NO_CONTEXT);
    }

    /**
     * A client of the configuration with {@code context}, up to 65,535 bytes that both sides know (RFC 9807 §7); copied.
     *
     * @throws IllegalArgumentException if the context is too long
     */
    public OpaqueClient(SecureRandom random, byte[] context) {
        this(random, context, new Argon2id());
    }

    OpaqueClient(SecureRandom random, byte[] context, KeyStretching stretching) {
        if (context.length > MAX_CONTEXT_BYTES) {
            throw new IllegalArgumentException("a context has at most 65535 bytes");
        }
        this.random = Objects.requireNonNull(random, "random");
        this.context = context.clone();
        this.stretching = stretching;
    }

    /**
     * CreateRegistrationRequest (RFC 9807 §5.2.1).
     *
     * @param password 0 to 65,535 bytes, still the caller's; the state keeps a copy until it ends
     * @return the state, which the caller closes
     */
    public ClientRegistration startRegistration(SecretBytes password) {
        return new ClientRegistration(OprfClient.blind(password, random), random, stretching);
    }

    /**
     * GenerateKE1 (RFC 9807 §6.2.1).
     *
     * @param password 0 to 65,535 bytes, still the caller's; the state keeps a copy until it ends
     * @return the state, which the caller closes
     */
    public ClientLogin startLogin(SecretBytes password) {
        // 1. request, blind = CreateCredentialRequest(password)
        OprfClient oprf = OprfClient.blind(password, random);
        // 2. AuthClientStart: client_nonce = random(Nn), client_keyshare_seed = random(Nseed) (RFC 9807 §6.4.3)
        byte[] clientNonce = new byte[Ke1.NONCE_BYTES];
        random.nextBytes(clientNonce);
        KeyPair clientKeyshare = KeyPair.generate(random);
        return new ClientLogin(
                oprf, clientKeyshare, Ke1.of(oprf.blindedElement(), clientNonce, clientKeyshare), context, stretching);
    }
}
