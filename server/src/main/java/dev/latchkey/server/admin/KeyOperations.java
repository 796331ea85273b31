package dev.latchkey.server.admin;

import dev.latchkey.server.admin.AdminAnswer.Failed;
import dev.latchkey.server.admin.AdminAnswer.KeysRenewed;
import dev.latchkey.server.admin.AdminAnswer.KeysShown;
import dev.latchkey.server.admin.AdminAnswer.Reason;
import dev.latchkey.server.admin.AdminAnswer.RootKeyInForce;
import dev.latchkey.server.admin.AdminAnswer.RootKeyRefused;
import dev.latchkey.server.admin.AdminRequest.ChangeRootKey;
import dev.latchkey.server.seal.RootKeyException;
import dev.latchkey.server.seal.RootKeySource;
import dev.latchkey.server.seal.SeenRootKey;
import dev.latchkey.server.store.KeyRotation;
import dev.latchkey.server.store.KeyRotation.Progress;
import dev.latchkey.server.store.KeyRotation.RootKeyChanged;
import dev.latchkey.server.store.KeyRotation.State;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the root key, and renews the data key as long as the operator asks for more: each request works for a moment, and rests as long as each step
 * took, so that owners have at least half of the database.
 */
final class KeyOperations {
    private static final Logger log = LoggerFactory.getLogger(KeyOperations.class);

    private static final long MOMENT_NANOS = Duration.ofMillis(500).toNanos();

    /** So long two who both renew wait for one another: each works for less. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final KeyRotation rotation;

    /** Fair: nobody is kept from going on by another who does. */
    private final Semaphore turn = new Semaphore(1, true);

    KeyOperations(KeyRotation rotation) {
        this.rotation = rotation;
    }

    AdminAnswer show() throws StoreUnavailableException {
        return new KeysShown(rotation.status());
    }

    AdminAnswer renew() throws StoreUnavailableException {
        return inTurn(() -> {
            Progress begun = rotation.begin();
            log.info("the operator has everything sealed under data key {}", begun.target());
            return work();
        });
    }

    AdminAnswer changeRootKey(ChangeRootKey request) throws StoreUnavailableException {
        return inTurn(() -> change(request));
    }

    private AdminAnswer change(ChangeRootKey request) throws StoreUnavailableException {
        try {
            RootKeySource to = request.fingerprint().isPresent()
                    ? new SeenRootKey(request.to(), request.fingerprint().get())
                    : request.to();
            RootKeyChanged done = rotation.changeRootKey(to);
            log.info("the operator has the database under the root key {}", done.fingerprint());
            return new RootKeyInForce(done);
        } catch (RootKeyException | StoreOpenException refused) {
            log.warn("the root key was not changed: {}", refused.getMessage());
            return new RootKeyRefused(refused.getMessage());
        }
    }

    AdminAnswer goOn() throws StoreUnavailableException {
        return inTurn(this::work);
    }

    private AdminAnswer inTurn(Work work) throws StoreUnavailableException {
        try {
            if (!turn.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return new Failed(Reason.ALREADY_UNDER_WAY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Failed(Reason.ALREADY_UNDER_WAY);
        }
        try {
            return work.done();
        } finally {
            turn.release();
        }
    }

    private AdminAnswer work() throws StoreUnavailableException {
        long begun = System.nanoTime();
        while (true) {
            long before = System.nanoTime();
            Progress progress = rotation.step();
            if (progress.state().ends()) {
                logEnd(progress);
                return new KeysRenewed(progress);
            }
            LockSupport.parkNanos(System.nanoTime() - before);
            if (System.nanoTime() - begun > MOMENT_NANOS) {
                return new KeysRenewed(progress);
            }
        }
    }

    private static void logEnd(Progress progress) {
        if (progress.state() == State.DONE) {
            log.info("everything is sealed under data key {}; the older ones are deleted", progress.target());
        } else {
            log.warn(
                    "{} rows are left under older data keys, which are kept: {} of them do not open; the rest is under data key"
                            + " {}",
                    progress.leftOver(),
                    progress.damaged(),
                    progress.target());
        }
    }

    @FunctionalInterface
    private interface Work {
        AdminAnswer done() throws StoreUnavailableException;
    }
}
