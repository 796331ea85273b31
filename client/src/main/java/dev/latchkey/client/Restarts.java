package dev.latchkey.client;

import io.grpc.Deadline;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Begins anew what can't be gone on with: a login, a registration or a change of the password, of which one node held a step
 * and died, or whose handshake went with a database that failed over.
 *
 * <p>Only an outage is a reason, and a handshake or session that the server does not know any more. Whatever the server has
 * said about the password, the account or its budget is final at once, and so is whatever is not what it must be: a server
 * that answers a login with a KE2 which does not open has had its one answer. Three times in all, none begun later than two
 * deadlines after the first. What is begun anew draws everything anew.
 */
final class Restarts {

    /** How often something is begun in all. */
    static final int TIMES = 3;

    private static final int DEADLINES = 2;

    /** One run, from its first message on. */
    @FunctionalInterface
    interface Run<T> {
        T run() throws KeyClientException;
    }

    private final Transport transport;

    Restarts(Transport transport) {
        this.transport = transport;
    }

    /**
     * Runs until it succeeds, fails for good, or was begun often enough.
     *
     * @throws KeyClientException as the last run threw it, and not to be begun anew by others
     */
    <T> T of(Run<T> run) throws KeyClientException {
        Deadline until = transport.newDeadline(DEADLINES);
        for (int begun = 1; ; begun++) {
            try {
                return run.run();
            } catch (KeyClientException e) {
                KeyClientException failure = e.settled();
                if (!e.isOutage() || begun == TIMES) {
                    throw failure;
                }
                Duration pause = pause(begun);
                if (pause.toNanos() >= until.timeRemaining(TimeUnit.NANOSECONDS)) {
                    throw failure;
                }
                transport.pause(pause, failure);
            }
        }
    }

    /** The first soon, for another node is there; the second after seconds, for then it is the database. */
    private Duration pause(int begun) {
        return transport.backoff().after(4 * begun - 3).orElseThrow();
    }
}
