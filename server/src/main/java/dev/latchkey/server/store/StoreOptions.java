package dev.latchkey.server.store;

import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.server.seal.KeyWrapper;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Objects;

/** How a store is opened. What is not said keeps its default. */
public final class StoreOptions {
    private final StoreLocation location;
    private final KeyWrapper rootKey;
    private final SecureRandom random;
    private KsfParameters ksf = KsfParameters.DEFAULT;
    private GuessLimits guessLimits = GuessLimits.DEFAULT;
    private int maxPendingRegistrations = 10_000;
    private int maxHandshakes = 10_000;
    private int maxPasswordChanges = 10_000;
    private Duration patience = Duration.ofSeconds(5);
    private ClockOffset clockOffset = new ClockOffset();

    private StoreOptions(StoreLocation location, KeyWrapper rootKey, SecureRandom random) {
        this.location = Objects.requireNonNull(location, "location");
        this.rootKey = Objects.requireNonNull(rootKey, "rootKey");
        this.random = Objects.requireNonNull(random, "random");
    }

    /**
     * Names what has no default.
     *
     * @param rootKey what the store's data keys are wrapped under; stays the caller's, who closes it after the store
     */
    public static StoreOptions of(StoreLocation location, KeyWrapper rootKey, SecureRandom random) {
        return new StoreOptions(location, rootKey, random);
    }

    /** The cost of stretching a password, if this is the deployment's first start; afterwards it is what it was. */
    public StoreOptions ksf(KsfParameters parameters) {
        this.ksf = Objects.requireNonNull(parameters, "parameters");
        return this;
    }

    public StoreOptions guessLimits(GuessLimits limits) {
        this.guessLimits = Objects.requireNonNull(limits, "limits");
        return this;
    }

    public StoreOptions maxPendingRegistrations(int most) {
        this.maxPendingRegistrations = requirePositive(most);
        return this;
    }

    public StoreOptions maxHandshakes(int most) {
        this.maxHandshakes = requirePositive(most);
        return this;
    }

    /** How many changes of password may be under way at once. */
    public StoreOptions maxPasswordChanges(int most) {
        this.maxPasswordChanges = requirePositive(most);
        return this;
    }

    /** How long a transaction waits for its turn before it fails as {@code BUSY}. */
    public StoreOptions patience(Duration longest) {
        requirePositive(longest.toMillis());
        this.patience = longest;
        return this;
    }

    public StoreOptions clockOffset(ClockOffset offset) {
        this.clockOffset = Objects.requireNonNull(offset, "offset");
        return this;
    }

    public StoreLocation location() {
        return location;
    }

    public KeyWrapper rootKey() {
        return rootKey;
    }

    public SecureRandom random() {
        return random;
    }

    public KsfParameters ksf() {
        return ksf;
    }

    public GuessLimits guessLimits() {
        return guessLimits;
    }

    public int maxPendingRegistrations() {
        return maxPendingRegistrations;
    }

    public int maxHandshakes() {
        return maxHandshakes;
    }

    public int maxPasswordChanges() {
        return maxPasswordChanges;
    }

    public Duration patience() {
        return patience;
    }

    public ClockOffset clockOffset() {
        return clockOffset;
    }

    private static <N extends Number> N requirePositive(N number) {
        if (number.longValue() < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
        return number;
    }
}
