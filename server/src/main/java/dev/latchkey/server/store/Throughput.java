package dev.latchkey.server.store;

import java.time.Duration;

/** Counts what is begun, for all servers of a deployment together. It knows nothing of guesses. */
public interface Throughput {
    /** Takes one, in one conditional update by the database's clock. A refusal takes nothing and extends nothing. */
    Take take(BucketTag bucket, Rate rate);

    /** What {@link #take} came to. */
    sealed interface Take {
        /** It may be begun. */
        record Taken() implements Take {}

        /**
         * It may not, and nothing was taken.
         *
         * @param retryAfter until one more may be begun, in whole milliseconds
         */
        record Refused(Duration retryAfter) implements Take {}
    }
}
