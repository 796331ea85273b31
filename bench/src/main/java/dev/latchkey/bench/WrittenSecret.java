package dev.latchkey.bench;

import java.util.HashSet;
import java.util.Set;

/**
 * The versions in which one secret may be found, going by what was acknowledged.
 *
 * <p>Whatever was acknowledged last is the one, and beside it everything that was asked for since and not answered. Seeing one
 * of these decides nothing: what is read may not last (ha/README.md).
 */
final class WrittenSecret {

    /** The version of a secret that is not there. */
    static final long GONE = 0;

    private final Set<Long> possible = new HashSet<>(Set.of(GONE));

    void acknowledged(long version) {
        possible.clear();
        possible.add(version);
    }

    void doubtful(long version) {
        possible.add(version);
    }

    boolean isCertain() {
        return possible.size() == 1;
    }

    boolean allows(long version) {
        return possible.contains(version);
    }

    @Override
    public String toString() {
        return possible.toString();
    }
}
