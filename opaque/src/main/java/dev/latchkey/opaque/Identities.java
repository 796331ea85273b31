package dev.latchkey.opaque;

/**
 * The application's names for the two sides, bound into the envelope and the transcript (RFC 9807 §4 and §10.3).
 *
 * <p>A side without one is identified by its public key. Registration and every login must use the same ones.
 */
public final class Identities {

    /** The longest identity, in bytes. */
    public static final int MAX_BYTES = 0xFFFF;

    private static final Identities NONE = new Identities(null, null);

    private final byte[] client;
    private final byte[] server;

    private Identities(byte[] client, byte[] server) {
        this.client = client;
        this.server = server;
    }

    /** Both sides are identified by their public keys. */
    public static Identities none() {
        return NONE;
    }

    /** The client by {@code clientIdentity}, 1 to 65,535 bytes, and the server by its public key. */
    public static Identities ofClient(byte[] clientIdentity) {
        return of(clientIdentity, null);
    }

    /**
     * Each of 1 to 65,535 bytes, or null for the side's public key; the arrays are copied.
     *
     * @throws IllegalArgumentException if one is empty or too long
     */
    public static Identities of(byte[] clientIdentity, byte[] serverIdentity) {
        return new Identities(checkedCopy(clientIdentity), checkedCopy(serverIdentity));
    }

    /** {@code client_identity}, length first. */
    byte[] clientOr(byte[] clientPublicKey) {
        return lengthFirst(client == null ? clientPublicKey : client);
    }

    /** {@code server_identity}, length first. */
    byte[] serverOr(byte[] serverPublicKey) {
        return lengthFirst(server == null ? serverPublicKey : server);
    }

    private static byte[] lengthFirst(byte[] identity) {
        return Octets.concat(Octets.i2osp2(identity.length), identity);
    }

    private static byte[] checkedCopy(byte[] identity) {
        if (identity == null) {
            return null;
        }
        if (identity.length == 0 || identity.length > MAX_BYTES) {
            throw new IllegalArgumentException("an identity has 1 to 65535 bytes");
        }
        return identity.clone();
    }
}
