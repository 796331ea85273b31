package dev.latchkey.cli;

import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeyClientException.Reason;

/** Work that is done in one session, and once more in the next if that one ended. */
final class TwoSessions {

    private boolean unanswered;

    /** The work in one of the sessions. */
    @FunctionalInterface
    interface Work {
        void run() throws KeyClientException, CommandFailure;
    }

    /** Does the work; false if the session ended before it was done. */
    boolean first(Work work) throws KeyClientException, CommandFailure {
        try {
            work.run();
            return true;
        } catch (KeyClientException e) {
            if (e.reason() != Reason.SESSION_ENDED) {
                throw e;
            }
            unanswered = e.mayHaveBeenDone();
            return false;
        }
    }

    /** Does it in the next session, and for the last time. */
    void second(Work work) throws KeyClientException, CommandFailure {
        try {
            work.run();
        } catch (KeyClientException e) {
            if (e.reason() == Reason.SESSION_ENDED) {
                throw ClientFailures.sessionEnded(unanswered || e.mayHaveBeenDone())
                        .because(e);
            }
            throw e;
        }
    }
}
