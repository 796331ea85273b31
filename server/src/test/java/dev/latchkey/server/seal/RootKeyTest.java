package dev.latchkey.server.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.seal.DamagedValueException.Reason;
import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RootKeyTest {
    private final SecureRandom random = new SecureRandom();
    private final RootKey rootKey = RootKey.generate(random);
    private final SecretBytes dataKey = SecretBytes.random(KeyWrapper.DATA_KEY_BYTES, random);
    private final Cell cell = Cell.of("data_keys", "wrapped").row(1);
    private final byte[] wrapped = rootKey.wrap(dataKey, cell);

    @AfterEach
    void close() {
        dataKey.close();
        rootKey.close();
    }

    private void assertRefused(RootKey key, byte[] value, Cell place, Reason reason) {
        assertThatExceptionOfType(DamagedValueException.class)
                .isThrownBy(() -> key.unwrap(value, place))
                .extracting(DamagedValueException::reason)
                .isEqualTo(reason);
    }

    @Test
    void unwrap_whatItWrapped_givesTheDataKey() throws DamagedValueException {
        try (SecretBytes unwrapped = rootKey.unwrap(wrapped, cell)) {
            assertThat(unwrapped.constantTimeEquals(dataKey)).isTrue();
        }
    }

    @Test
    void unwrap_underAnotherRootKey_isNotAuthentic() {
        try (RootKey other = RootKey.generate(random)) {
            assertRefused(other, wrapped, cell, Reason.NOT_AUTHENTIC);
        }
    }

    @Test
    void unwrap_anotherRowsKey_isNotAuthentic() {
        assertRefused(rootKey, wrapped, Cell.of("data_keys", "wrapped").row(2), Reason.NOT_AUTHENTIC);
        assertRefused(rootKey, wrapped, Cell.of("transient_keys", "wrapped").row(1), Reason.NOT_AUTHENTIC);
    }

    @Test
    void unwrap_anyBitFlippedOrByteMissing_isRefused() {
        for (int bit = 0; bit < 8 * wrapped.length; bit++) {
            byte[] flipped = wrapped.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatExceptionOfType(DamagedValueException.class).isThrownBy(() -> rootKey.unwrap(flipped, cell));
        }
        assertRefused(rootKey, Arrays.copyOf(wrapped, wrapped.length - 1), cell, Reason.MALFORMED);
        assertRefused(rootKey, Arrays.copyOf(wrapped, wrapped.length + 1), cell, Reason.MALFORMED);
        assertRefused(rootKey, new byte[0], cell, Reason.MALFORMED);
    }

    @Test
    void wrap_whatADataKeySealed_isNotWhatUnwrapTakes() {
        try (DataKey key = new DataKey(1, dataKey)) {
            byte[] sealed = key.seal(new byte[KeyWrapper.DATA_KEY_BYTES], cell, random);

            assertRefused(rootKey, sealed, cell, Reason.MALFORMED);
        }
    }

    @Test
    void fingerprint_ofTwoKeys_differs() {
        try (RootKey other = RootKey.generate(random)) {
            assertThat(other.fingerprint()).hasSize(RootKey.FINGERPRINT_BYTES).isNotEqualTo(rootKey.fingerprint());
        }
    }

    @Test
    void rootKey_closed_wrapsNothing() {
        rootKey.close();

        assertThatIllegalStateException().isThrownBy(() -> rootKey.wrap(dataKey, cell));
    }

    @Test
    void toString_showsNoKey() {
        assertThat(rootKey).hasToString("RootKey[REDACTED]");
    }
}
