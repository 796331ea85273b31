package dev.latchkey.opaque.oprf;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.opaque.ristretto.Element;
import dev.latchkey.opaque.ristretto.Scalar;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/**
 * The client's side of one evaluation: a blinded input that waits for the server's answer (RFC 9497 §3.3.1).
 *
 * <p>One-shot: {@link #output} consumes it. It holds copies of the input and the blind, which end with it.
 */
public final class OprfClient implements AutoCloseable {

    /** The longest input, in bytes. */
    public static final int MAX_INPUT_BYTES = 0xFFFF;

    private static final byte[] FINALIZE = "Finalize".getBytes(StandardCharsets.US_ASCII);

    private final SecretBytes input;
    private final Scalar blind;
    private final Element blindedElement;
    private boolean consumed;

    private OprfClient(SecretBytes input, Scalar blind, Element blindedElement) {
        this.input = input;
        this.blind = blind;
        this.blindedElement = blindedElement;
    }

    /**
     * Blind.
     *
     * @param input 0 to 65,535 bytes, still the caller's
     * @throws IllegalArgumentException if the input is too long, or if it is one of those, never yet found, that hash to
     *     the identity (InvalidInputError)
     */
    public static OprfClient blind(SecretBytes input, SecureRandom random) {
        if (input.length() > MAX_INPUT_BYTES) {
            throw new IllegalArgumentException("an OPRF input has at most 65535 bytes");
        }
        // 2. inputElement = G.HashToGroup(input)
        try (Element inputElement = Suite.hashToGroup(input.exposed())) {
            return blind(input, inputElement, random);
        }
    }

    static OprfClient blind(SecretBytes input, Element inputElement, SecureRandom random) {
        // 3. if inputElement == G.Identity(): raise InvalidInputError
        if (inputElement.isIdentity()) {
            throw new IllegalArgumentException("the input hashes to the identity element");
        }
        // 1. blind = G.RandomScalar()
        Scalar blind = Scalar.random(random);
        // 4. blindedElement = blind * inputElement
        return new OprfClient(input.copy(), blind, inputElement.multiply(blind));
    }

    /** What goes to the server; never the identity. */
    public Element blindedElement() {
        return blindedElement;
    }

    /**
     * Finalize: unblinds the server's answer and hashes it with the input; consumes and wipes this state.
     *
     * @param evaluatedElement the server's answer, decoded and not the identity
     * @return the 64-byte output, which the caller closes
     * @throws IllegalStateException if this state was consumed or closed before
     */
    public SecretBytes output(Element evaluatedElement) {
        if (consumed) {
            throw new IllegalStateException("an OPRF state gives one output");
        }
        // 1. N = G.ScalarInverse(blind) * evaluatedElement
        // 2. unblindedElement = G.SerializeElement(N)
        try (Scalar inverse = blind.invert();
                Element unblinded = evaluatedElement.multiply(inverse);
                SecretBytes unblindedElement = SecretBytes.takeOwnership(unblinded.encode())) {
            // 3. hashInput = I2OSP(len(input), 2) ‖ input ‖ I2OSP(len(unblindedElement), 2) ‖ unblindedElement
            //                ‖ "Finalize"
            // 4. return Hash(hashInput)
            return SecretBytes.takeOwnership(Suite.hash(
                    Suite.length(input.length()),
                    input.exposed(),
                    Suite.length(unblindedElement.length()),
                    unblindedElement.exposed(),
                    FINALIZE));
        } finally {
            close();
        }
    }

    /** Wipes the input and the blind; closing again does nothing. */
    @Override
    public void close() {
        consumed = true;
        input.close();
        blind.close();
    }
}
