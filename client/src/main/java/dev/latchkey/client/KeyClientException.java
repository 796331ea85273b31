package dev.latchkey.client;

import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Why an operation of the client did not succeed.
 *
 * <p>The message is written for a person: what happened, what was kept, what to do next. It never holds a secret nor any
 * text that came over the network.
 */
public final class KeyClientException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What kind of failure it is; more may come, so a caller's {@code switch} needs a default. */
    public enum Reason {
        /** The password does not open the account, or there is no such account: the two can't be told apart. */
        WRONG_PASSWORD,
        /** Too many logins of this account name did not end well; {@link #retryAfter()} says when the next one may. */
        LOCKED_OUT,
        /** The server has more work than it takes on; {@link #retryAfter()} says when to come back. */
        THROTTLED,
        /** The account name belongs to somebody. */
        NAME_TAKEN,
        /** The account has a secret of this label. */
        LABEL_EXISTS,
        /** Something else is stored under this key id, or it was deleted. */
        CONFLICT,
        /** The account has no such secret. */
        NOT_FOUND,
        /** The account, or a message, holds as much as it may. */
        LIMIT_REACHED,
        /** The session was closed, expired or used up; a login opens the next one. */
        SESSION_ENDED,
        /** The server could not be reached, or its answer did not come in time. */
        UNREACHABLE,
        /** The server's certificate can't be verified, or the certificates to verify it with can't be read. */
        UNTRUSTED_SERVER,
        /** Something the server sent, or kept, is not what it must be. */
        INTEGRITY,
        /** The server asked for a password stretching that is too weak to be safe, or too costly to be honest. */
        WEAK_SERVER_PARAMETERS,
        /** The server does not do what was asked. */
        REFUSED,
        /** Another authority vouches for the server, or it has another key, than this device remembers. */
        SERVER_CHANGED,
        /** The account's log does not go on from what this device has seen of it. */
        ROLLED_BACK,
        /** What this device remembers of the account can't be read, or is damaged. */
        MEMORY_UNUSABLE,
        /** What this device is to remember of the account can't be written. */
        MEMORY_UNWRITABLE
    }

    private final Reason reason;
    private final String sentences;
    private final Duration retryAfter;
    private final Circumstances circumstances;

    /**
     * What the reason alone does not tell.
     *
     * @param outage whether a node, the way to it or what it kept was lost, so that the same, begun anew, may succeed
     * @param uncertain whether what was asked for may have been done
     */
    private record Circumstances(boolean outage, boolean uncertain) implements Serializable {
        static final Circumstances NONE = new Circumstances(false, false);
    }

    KeyClientException(Reason reason, String message) {
        this(reason, message, null, null, Circumstances.NONE);
    }

    KeyClientException(Reason reason, String message, Throwable cause) {
        this(reason, message, null, cause, Circumstances.NONE);
    }

    KeyClientException(Reason reason, String message, Duration retryAfter) {
        this(reason, message, retryAfter, null, Circumstances.NONE);
    }

    private KeyClientException(
            Reason reason, String message, Duration retryAfter, Throwable cause, Circumstances circumstances) {
        super(message, cause);
        this.sentences = message;
        this.reason = Objects.requireNonNull(reason, "reason");
        this.retryAfter = retryAfter;
        this.circumstances = circumstances;
    }

    /** The same failure, with what else is to be said before and after; both come with their spaces. */
    KeyClientException with(String before, String after) {
        return new KeyClientException(reason, before + sentences + after, retryAfter, this, circumstances);
    }

    /** The same failure of something that may be begun anew: a node, the way to it or what it kept was lost. */
    KeyClientException inOutage() {
        return in(new Circumstances(true, circumstances.uncertain));
    }

    /** The same failure, after which nothing is to be tried anew. */
    KeyClientException settled() {
        return in(new Circumstances(false, circumstances.uncertain));
    }

    /** The same failure of something that may have been done all the same. */
    KeyClientException uncertain() {
        return in(new Circumstances(circumstances.outage, true));
    }

    /** The same failure of something of which nothing was done. */
    KeyClientException certain() {
        return in(new Circumstances(circumstances.outage, false));
    }

    private KeyClientException in(Circumstances other) {
        return other.equals(circumstances) ? this : new KeyClientException(reason, sentences, retryAfter, this, other);
    }

    /** Whether a node, the way to it or what it kept was lost, so that the same, begun anew, may succeed. */
    boolean isOutage() {
        return circumstances.outage;
    }

    /** What kind of failure it is. */
    public Reason reason() {
        return reason;
    }

    /**
     * Whether what was asked for may have been carried out although it ended like this.
     *
     * <p>Told with {@code SESSION_ENDED} and {@code UNREACHABLE}. When false, nothing was changed, and the same can be asked
     * again in the next session. When true, an answer was lost: look in the next session before asking again.
     */
    public boolean mayHaveBeenDone() {
        return circumstances.uncertain;
    }

    /** How long to wait before trying again, where the server said so. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
