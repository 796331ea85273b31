package dev.latchkey.server.admin;

import dev.latchkey.server.admin.AdminAnswer.KeysRenewed;
import dev.latchkey.server.admin.AdminAnswer.KeysShown;
import dev.latchkey.server.store.KeyRotation;
import dev.latchkey.server.store.KeyRotation.Progress;
import dev.latchkey.server.store.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the data key as long as the operator asks for more: each request works for a moment, and rests as long as each step
 * took, so that owners have at least half of the database.
 */
final class KeyOperations {
    private static final Logger log = LoggerFactory.getLogger(KeyOperations.class);

    private static final long MOMENT_NANOS = Duration.ofMillis(500).toNanos();

    private final KeyRotation rotation;

    KeyOperations(KeyRotation rotation) {
        this.rotation = rotation;
    }

    AdminAnswer show() throws StoreUnavailableException {
        return new KeysShown(rotation.status());
    }

    AdminAnswer renew() throws StoreUnavailableException {
        Progress begun = rotation.begin();
        log.info("the operator has everything sealed under data key {}", begun.target());
        return goOn();
    }

    AdminAnswer goOn() throws StoreUnavailableException {
        long begun = System.nanoTime();
        while (true) {
            long before = System.nanoTime();
            Progress progress = rotation.step();
            if (progress.state().ends()) {
                log.info("the renewal of the data key ended: {}", progress);
                return new KeysRenewed(progress);
            }
            LockSupport.parkNanos(System.nanoTime() - before);
            if (System.nanoTime() - begun > MOMENT_NANOS) {
                return new KeysRenewed(progress);
            }
        }
    }
}
