package dev.latchkey.protocol;

import java.util.Arrays;

/** Names one secret of one user; made by client and server together, so that neither can choose it. */
public final class KeyId extends Identifier implements Comparable<KeyId> {

    /** The size of each side's contribution, in bytes. */
    public static final int RANDOM_BYTES = 32;

    private static final byte[] LABEL = Octets.ascii("latchkey/1 key id");

    private KeyId(byte[] bytes) {
        super(bytes);
    }

    /**
     * Takes 16 bytes; copies them.
     *
     * @throws IllegalArgumentException if there are not 16
     */
    public static KeyId of(byte[] bytes) {
        return new KeyId(bytes);
    }

    /**
     * Computes the id that both contributions give, on both sides.
     *
     * @param clientRandom 32 bytes, sent in the request
     * @param serverRandom 32 bytes, sent in the answer
     * @throws IllegalArgumentException if a contribution has not 32 bytes
     */
    public static KeyId derive(UserId userId, byte[] clientRandom, byte[] serverRandom) {
        Octets.requireLength(clientRandom, RANDOM_BYTES, "the client's contribution");
        Octets.requireLength(serverRandom, RANDOM_BYTES, "the server's contribution");
        // 1. randomness ← Hash(client_random ‖ server_random)
        byte[] randomness = Hashes.sha3_256(clientRandom, serverRandom);
        // 2. key_id ← the first 16 bytes of Hash(len ‖ label ‖ len ‖ user_id ‖ len ‖ randomness)
        byte[] hash = Hashes.sha3_256(
                Octets.i2osp1(LABEL.length), LABEL,
                Octets.i2osp1(UserId.BYTES), userId.toByteArray(),
                Octets.i2osp1(randomness.length), randomness);
        return new KeyId(Arrays.copyOf(hash, BYTES));
    }

    /** Orders them by their bytes, so that a map finds one quickly also among those that were made to have one hash code. */
    @Override
    public int compareTo(KeyId other) {
        return Arrays.compareUnsigned(toByteArray(), other.toByteArray());
    }

    /** 32 hexadecimal digits. */
    @Override
    public String toString() {
        return hex();
    }
}
