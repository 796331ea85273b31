package dev.latchkey.client;

/** Finding out, when the answer to a last step was lost, what became of it: by a login, which outlives a node. */
final class Outage {

    /** The attempt to find out. */
    @FunctionalInterface
    interface Attempt<T> {
        T run() throws KeyClientException;
    }

    private final String unresolved;

    /** States what to tell a person if it can't be found out. */
    Outage(String unresolved) {
        this.unresolved = unresolved;
    }

    /**
     * Makes the attempt.
     *
     * @throws KeyClientException as the attempt throws it if that is an answer, {@link #isAnswer}; otherwise what happened,
     *     in the words that nothing is known
     */
    <T> T resolve(Attempt<T> attempt) throws KeyClientException {
        try {
            return attempt.run();
        } catch (KeyClientException e) {
            throw isAnswer(e) ? e : retold(e, unresolved).uncertain();
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
                    MEMORY_UNUSABLE,
                    MEMORY_UNWRITABLE -> true;
            default -> false;
        };
    }
}
