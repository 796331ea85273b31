package dev.latchkey.client;

import dev.latchkey.opaque.KsfParameters;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.function.Consumer;

/**
 * What an application may choose about how its client works.
 *
 * @param random where keys, nonces and identifiers come from
 * @param clock tells when a secret was created
 * @param ksfFloor the least stretching a password is registered with
 * @param progress told every step before it starts
 * @param memories what this device remembers of accounts
 */
record ClientSettings(
        SecureRandom random, Clock clock, KsfParameters ksfFloor, Consumer<Step> progress, Memories memories) {

    void announce(Step step) {
        progress.accept(step);
    }
}
