package dev.latchkey.protocol;

import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.protocol.IntegrityException.Reason;

/**
 * Which cost of stretching a password a client accepts from a server (§1): the server must be able neither to talk it
 * down nor to exhaust it.
 */
public final class KsfPolicy {

    /** What a client registers with at least, unless its caller sets another floor; the lanes are not compared. */
    public static final KsfParameters REGISTRATION_FLOOR = new KsfParameters(65536, 3, 1);

    private static final int LOGIN_MIN_MEMORY_KIB = 19456;
    private static final int LOGIN_MIN_ITERATIONS = 2;
    private static final int MAX_PARALLELISM = 16;
    private static final int MAX_MEMORY_KIB = 1 << 20;
    private static final long MAX_WORK = 1L << 21;

    private KsfPolicy() {}

    /**
     * Before a password is set: memory and iterations as in {@code floor} at least, and all that a login demands, or the
     * owner could never come back.
     *
     * @throws IntegrityException {@code KSF_TOO_WEAK} or {@code KSF_TOO_COSTLY}
     */
    public static void requireForRegistration(KsfParameters asked, KsfParameters floor) throws IntegrityException {
        if (asked.memoryKib() < floor.memoryKib() || asked.iterations() < floor.iterations()) {
            throw new IntegrityException(Reason.KSF_TOO_WEAK);
        }
        requireForLogin(asked);
    }

    /**
     * Before a login: m ≥ 19456 KiB, t ≥ 2, p ≤ 16, 8p ≤ m ≤ 2<sup>20</sup> KiB, m·t ≤ 2<sup>21</sup>.
     *
     * @throws IntegrityException {@code KSF_TOO_WEAK} or {@code KSF_TOO_COSTLY}
     */
    public static void requireForLogin(KsfParameters asked) throws IntegrityException {
        if (asked.memoryKib() < LOGIN_MIN_MEMORY_KIB || asked.iterations() < LOGIN_MIN_ITERATIONS) {
            throw new IntegrityException(Reason.KSF_TOO_WEAK);
        }
        // 1 ≤ p and 8p ≤ m hold for every KsfParameters.
        long work = (long) asked.memoryKib() * asked.iterations();
        if (asked.parallelism() > MAX_PARALLELISM || asked.memoryKib() > MAX_MEMORY_KIB || work > MAX_WORK) {
            throw new IntegrityException(Reason.KSF_TOO_COSTLY);
        }
    }
}
