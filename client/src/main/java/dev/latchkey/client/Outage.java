package dev.latchkey.client;

import dev.latchkey.client.KeyClientException.Reason;
import java.time.Duration;
import java.util.Optional;

/** Finding out, when the answer to a last step was lost, what became of it: by logins, for as long as an outage may last. */
final class Outage {

    /** One attempt to find out. */
    @FunctionalInterface
    interface Attempt<T> {
        T run() throws KeyClientException;
    }

    private final Transport transport;
    private final String unresolved;

    /** States what to tell a person if it can't be found out. */
    Outage(Transport transport, String unresolved) {
        this.transport = transport;
        this.unresolved = unresolved;
    }

    /**
     * Makes attempts until one is answered or the time is over.
     *
     * @throws KeyClientException as the attempt throws it if that is an answer, {@link #isAnswer}; otherwise what happened
     *     last, in the words that nothing is known
     */
    <T> T resolve(Attempt<T> attempt) throws KeyClientException {
        for (int failed = 1; ; failed++) {
            try {
                return attempt.run();
            } catch (KeyClientException e) {
                if (isAnswer(e)) {
                    throw e;
                }
                Optional<Duration> pause = transport.backoff().after(failed);
                if (!isPassing(e) || pause.isEmpty()) {
                    throw retold(e, unresolved);
                }
                transport.pause(pause.get(), retold(e, unresolved));
            }
        }
    }

    /** The same failure in other words. */
    static KeyClientException retold(KeyClientException e, String message) {
        return e.retryAfter()
                .map(wait -> new KeyClientException(e.reason(), message, wait))
                .orElseGet(() -> new KeyClientException(e.reason(), message));
    }

    /** Whether the failure is something the server has said, and would say again. */
    private static boolean isAnswer(KeyClientException e) {
        return switch (e.reason()) {
            case WRONG_PASSWORD,
                    NAME_TAKEN,
                    INTEGRITY,
                    UNTRUSTED_SERVER,
                    WEAK_SERVER_PARAMETERS,
                    SERVER_CHANGED,
                    ROLLED_BACK,
                    MEMORY_UNUSABLE -> true;
            default -> false;
        };
    }

    /** An outage, also one that kept the end of a handshake from being answered. */
    private static boolean isPassing(KeyClientException e) {
        return e.reason() == Reason.UNREACHABLE || e.reason() == Reason.SESSION_ENDED;
    }
}
