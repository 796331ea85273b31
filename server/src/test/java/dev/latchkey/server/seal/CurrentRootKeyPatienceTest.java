package dev.latchkey.server.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.server.seal.RootKeyException.Reason;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How often another root key is looked for where none is to be had. */
final class CurrentRootKeyPatienceTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger opened = new AtomicInteger();

    /** Is there once, and then not to be had. */
    private final class GoneAfterTheFirst implements RootKeySource {
        @Override
        public KeyWrapper open(SecureRandom random) throws RootKeyException {
            if (opened.getAndIncrement() > 0) {
                throw new RootKeyException(Reason.UNAVAILABLE, this, null);
            }
            return RootKey.generate(random);
        }

        @Override
        public String describe() {
            return "a token";
        }
    }

    @Test
    void require_ofASourceThatIsNotToBeHad_looksAsSeldomAsAtAnyToken() throws Exception {
        try (CurrentRootKey rootKey = CurrentRootKey.open(new GoneAfterTheFirst(), new SecureRandom(), nanos::get)) {
            assertMissed(rootKey);
            assertThat(opened).hasValue(2);

            nanos.addAndGet(TokenOutage.PAUSE.toNanos() - 1);
            assertMissed(rootKey);
            assertThat(opened).hasValue(2);

            nanos.addAndGet(1);
            assertMissed(rootKey);
            assertThat(opened).hasValue(3);
        }
    }

    private static void assertMissed(CurrentRootKey rootKey) {
        assertThatExceptionOfType(RootKeyUnavailableException.class)
                .isThrownBy(() -> rootKey.require(new byte[RootKey.FINGERPRINT_BYTES]))
                .withMessageContaining("it can't be had");
    }
}
