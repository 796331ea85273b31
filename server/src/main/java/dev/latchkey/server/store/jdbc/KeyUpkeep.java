package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.seal.RootKeyUnavailableException;
import dev.latchkey.server.store.Deployment;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.StoreUnavailableException.Reason;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the keys of a store that is open: takes over what others have made of them, makes the key of the day before a
 * call needs it, and says what is missing. What needs only keys that are held goes on without a root key.
 */
final class KeyUpkeep {
    private static final Logger log = LoggerFactory.getLogger(KeyUpkeep.class);
    private static final Duration BETWEEN_WORDS = Duration.ofMinutes(1);

    private final Deployment deployment;
    private final StoreKeyRotation.Transactions transactions;

    /** Whether calls may be failing for want of the root key. */
    private volatile boolean suspected;

    private volatile boolean isForeign;

    private String said = "";
    private long saidAt;

    /** @param deployment whose keys the server has in memory */
    KeyUpkeep(Deployment deployment, StoreKeyRotation.Transactions transactions) {
        this.deployment = deployment;
        this.transactions = transactions;
    }

    /**
     * Refuses everything once the database holds another deployment than at the start: what is written for this one would be
     * found by nobody.
     */
    void requireOurs() throws StoreUnavailableException {
        if (isForeign) {
            throw new StoreUnavailableException(
                    Reason.FAILED,
                    "the database holds another deployment than when this server was started: start it again",
                    null);
        }
    }

    /** Is told of what fails. */
    void failed(StoreUnavailableException failure) {
        if (failure.getCause() instanceof RootKeyUnavailableException) {
            suspected = true;
        }
    }

    /** To be called now and then. */
    void run() throws StoreUnavailableException {
        Optional<RootKeyUnavailableException> missing;
        try {
            missing = transactions.run(JdbcTransaction::lookAfterKeys);
            suspected = false;
            isForeign = !transactions.<Boolean, RuntimeException>run(transaction -> transaction.isStillOf(deployment));
        } catch (StoreUnavailableException e) {
            if (!(e.getCause() instanceof RootKeyUnavailableException unavailable)) {
                throw e;
            }
            suspected = true;
            missing = Optional.of(unavailable);
        }
        missing.ifPresent(why -> say(why.getMessage()));
    }

    /** Why calls can't be served, in a few words that name nobody; empty if they can. */
    Optional<String> hindrance() throws StoreUnavailableException {
        if (suspected) {
            run();
        }
        return suspected ? Optional.of("the root key is not to be had") : Optional.empty();
    }

    private synchronized void say(String why) {
        long now = System.nanoTime();
        if (why.equals(said) && now - saidAt < BETWEEN_WORDS.toNanos()) {
            return;
        }
        said = why;
        saidAt = now;
        log.warn(
                "{}. {}, no data key is renewed and no backup taken",
                why,
                suspected
                        ? "Calls fail until it is there"
                        : "Calls go on with the keys that are held, for a day at most");
    }
}
