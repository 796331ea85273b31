package dev.latchkey.server.seal;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * What is known of a token that gave no answer, or refuses: nobody waits for it then. One look after another is taken at it, far
 * apart, until it is well again. Safe for use by several threads.
 */
final class TokenOutage {
    /** Between two looks. */
    static final Duration PAUSE = Duration.ofSeconds(30);

    private final LongSupplier nanos;
    private RootKeyUnavailableException why;
    private long nextLook;
    private boolean lasts;

    /** @param nanos a clock that never goes back */
    TokenOutage(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Begins, or is found to go on; returns what to tell whoever asked. */
    synchronized RootKeyUnavailableException begins(String what, Exception cause) {
        why = new RootKeyUnavailableException(what, cause);
        nextLook = nanos.getAsLong() + PAUSE.toNanos();
        return why;
    }

    /** Like {@link #begins}, and nobody looks again: a PIN that was refused is shown no second time, since tokens count. */
    synchronized RootKeyUnavailableException lasts(String what, Exception cause) {
        lasts = true;
        return begins(what, cause);
    }

    synchronized void ends() {
        why = null;
    }

    synchronized boolean isOn() {
        return why != null;
    }

    synchronized boolean isLasting() {
        return lasts;
    }

    synchronized void requireOver() {
        if (why != null) {
            throw new RootKeyUnavailableException(why.getMessage(), why);
        }
    }

    /** Whether whoever asks has to see that somebody looks now; nobody else is told so for a while. */
    synchronized boolean isToBeLookedAt() {
        long now = nanos.getAsLong();
        if (why == null || lasts || now - nextLook < 0) {
            return false;
        }
        nextLook = now + PAUSE.toNanos();
        return true;
    }
}
