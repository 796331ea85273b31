package dev.latchkey.opaque;

/**
 * The cost of stretching a password with Argon2id (RFC 9106 §3.1).
 *
 * <p>Only Argon2's own limits are checked here. How little a client accepts, and how much, is for its caller to decide.
 *
 * @param memoryKib the memory in KiB, at least 8 for each lane
 * @param iterations the passes over the memory, at least 1
 * @param parallelism the lanes, 1 to 16,777,215
 */
public record KsfParameters(int memoryKib, int iterations, int parallelism) {

    /** 64 MiB, 3 passes, 4 lanes: the second recommended option of RFC 9106 §4. */
    public static final KsfParameters DEFAULT = new KsfParameters(1 << 16, 3, 4);

    private static final int MAX_PARALLELISM = (1 << 24) - 1;

    /** @throws IllegalArgumentException if Argon2id isn't defined for these values */
    public KsfParameters {
        if (parallelism < 1 || parallelism > MAX_PARALLELISM) {
            throw new IllegalArgumentException("Argon2id has 1 to 16777215 lanes");
        }
        if (memoryKib < 8L * parallelism) {
            throw new IllegalArgumentException("Argon2id needs at least 8 KiB of memory for each lane");
        }
        if (iterations < 1) {
            throw new IllegalArgumentException("Argon2id makes at least 1 pass");
        }
    }
}
