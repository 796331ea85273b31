package dev.latchkey.server.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.seal.DamagedValueException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class DataKeyTest {
    private final SecureRandom random = new SecureRandom();
    private final UserId user = UserId.random(random);
    private final byte[] row = new byte[16];
    private final byte[] plaintext = "what nobody may read".getBytes(StandardCharsets.US_ASCII);
    private final Cell cell = Cell.of("secrets", "secret").owner(user).row(row).credentialVersion(4);
    private final DataKey key = newKey(3);
    private final byte[] sealed = key.seal(plaintext, cell, random);

    private DataKey newKey(int version) {
        try (SecretBytes bytes = SecretBytes.random(KeyWrapper.DATA_KEY_BYTES, random)) {
            return new DataKey(version, bytes);
        }
    }

    private void assertRefused(byte[] value, Cell place, Reason reason) {
        assertThatExceptionOfType(DamagedValueException.class)
                .isThrownBy(() -> key.open(value, place))
                .extracting(DamagedValueException::reason)
                .isEqualTo(reason);
    }

    @AfterEach
    void close() {
        key.close();
    }

    @Nested
    class A_sealed_value {
        @Test
        void open_inItsPlace_givesThePlaintext() throws DamagedValueException {
            try (SecretBytes opened = key.open(sealed, cell)) {
                assertThat(opened.copyBytes()).isEqualTo(plaintext);
            }
        }

        @Test
        void open_inAnyOtherPlace_isNotAuthentic() {
            List<Cell> others = List.of(
                    Cell.of("secret", "secret").owner(user).row(row).credentialVersion(4),
                    Cell.of("secrets", "descriptor").owner(user).row(row).credentialVersion(4),
                    Cell.of("secretss", "ecret").owner(user).row(row).credentialVersion(4),
                    Cell.of("secrets", "secret")
                            .owner(UserId.random(random))
                            .row(row)
                            .credentialVersion(4),
                    Cell.of("secrets", "secret").owner(user).row(1).credentialVersion(4),
                    Cell.of("secrets", "secret").owner(user).row(row).credentialVersion(5),
                    Cell.of("secrets", "secret").owner(user).row(row),
                    Cell.of("secrets", "secret").owner(user).credentialVersion(4),
                    Cell.of("secrets", "secret").row(row).credentialVersion(4));

            for (Cell other : others) {
                assertRefused(sealed, other, Reason.NOT_AUTHENTIC);
            }
        }

        @Test
        void open_anyBitFlipped_isRefused() {
            for (int bit = 0; bit < 8 * sealed.length; bit++) {
                byte[] flipped = sealed.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);

                assertThatExceptionOfType(DamagedValueException.class)
                        .as("bit %d", bit)
                        .isThrownBy(() -> key.open(flipped, cell));
            }
        }

        @Test
        void open_anyLengthCut_isRefused() {
            for (int length = 0; length < sealed.length; length++) {
                byte[] cut = Arrays.copyOf(sealed, length);

                assertThatExceptionOfType(DamagedValueException.class)
                        .as("%d bytes", length)
                        .isThrownBy(() -> key.open(cut, cell));
            }
        }

        @Test
        void open_anotherFormat_isMalformed() {
            byte[] other = sealed.clone();
            other[0] = 2;

            assertRefused(other, cell, Reason.MALFORMED);
        }

        @Test
        void open_anotherKeysVersion_isAnUnknownKey() {
            try (DataKey other = newKey(4)) {
                assertRefused(other.seal(plaintext, cell, random), cell, Reason.UNKNOWN_KEY);
            }
        }

        @Test
        void open_anotherKeyOfTheSameVersion_isNotAuthentic() {
            try (DataKey other = newKey(3)) {
                assertRefused(other.seal(plaintext, cell, random), cell, Reason.NOT_AUTHENTIC);
            }
        }

        @Test
        void damage_isNamedByPlaceAndNotByContent() {
            assertThatExceptionOfType(DamagedValueException.class)
                    .isThrownBy(
                            () -> key.open(sealed, Cell.of("secrets", "secret").owner(user)))
                    .withMessageContaining("secrets.secret of user")
                    .withMessageContaining("does not open");
        }
    }

    @Nested
    class A_value_sealed_under_an_erasure_key {
        private final SecretBytes erasureKey = SecretBytes.random(DataKey.ERASURE_KEY_BYTES, random);
        private final DataKey rowKey = key.under(erasureKey);
        private final byte[] erasable = rowKey.seal(plaintext, cell, random);

        @AfterEach
        void close() {
            rowKey.close();
            erasureKey.close();
        }

        private void assertRefusedBy(DataKey other, Reason reason) {
            assertThatExceptionOfType(DamagedValueException.class)
                    .isThrownBy(() -> other.open(erasable, cell))
                    .extracting(DamagedValueException::reason)
                    .isEqualTo(reason);
        }

        @Test
        void open_underTheSameKeys_givesThePlaintext() throws DamagedValueException {
            try (DataKey again = key.under(erasureKey);
                    SecretBytes opened = again.open(erasable, cell)) {
                assertThat(opened.copyBytes()).isEqualTo(plaintext);
            }
            assertThat(erasable).hasSize(plaintext.length + DataKey.OVERHEAD_BYTES);
        }

        @Test
        void open_withoutTheErasureKey_isRefused() {
            assertRefused(erasable, cell, Reason.MALFORMED);
            erasable[0] = sealed[0];
            assertRefused(erasable, cell, Reason.NOT_AUTHENTIC);
        }

        @Test
        void open_underAnotherErasureKey_isNotAuthentic() {
            try (SecretBytes zeros = SecretBytes.allocate(DataKey.ERASURE_KEY_BYTES);
                    DataKey other = key.under(zeros)) {
                assertRefusedBy(other, Reason.NOT_AUTHENTIC);
            }
        }

        @Test
        void open_underAnotherDataKey_isRefused() {
            try (DataKey sameVersion = newKey(3);
                    DataKey otherVersion = newKey(4);
                    DataKey other = sameVersion.under(erasureKey);
                    DataKey unknown = otherVersion.under(erasureKey)) {
                assertRefusedBy(other, Reason.NOT_AUTHENTIC);
                assertRefusedBy(unknown, Reason.UNKNOWN_KEY);
            }
        }

        @Test
        void open_whatTheDataKeySealedAlone_isMalformed() {
            assertThatExceptionOfType(DamagedValueException.class)
                    .isThrownBy(() -> rowKey.open(sealed, cell))
                    .extracting(DamagedValueException::reason)
                    .isEqualTo(Reason.MALFORMED);
        }

        @Test
        void open_anyBitFlipped_isRefused() {
            for (int bit = 0; bit < 8 * erasable.length; bit++) {
                byte[] flipped = erasable.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);

                assertThatExceptionOfType(DamagedValueException.class)
                        .as("bit %d", bit)
                        .isThrownBy(() -> rowKey.open(flipped, cell));
            }
        }

        @Test
        void under_aKeyOfAnotherLengthOrTwice_isACallersBug() {
            try (SecretBytes shorter = SecretBytes.allocate(31)) {
                assertThatIllegalArgumentException().isThrownBy(() -> key.under(shorter));
            }
            assertThatIllegalStateException().isThrownBy(() -> rowKey.under(erasureKey));
        }

        @Test
        void under_aClosedKey_sealsNothing() {
            key.close();

            assertThatIllegalStateException().isThrownBy(() -> key.under(erasureKey));
        }
    }

    @Test
    void seal_twice_givesDifferentBytesOfTheStatedLength() {
        byte[] again = key.seal(plaintext, cell, random);

        assertThat(again).isNotEqualTo(sealed).hasSize(plaintext.length + DataKey.OVERHEAD_BYTES);
    }

    @Test
    void seal_anEmptyValue_opens() throws DamagedValueException {
        try (SecretBytes opened = key.open(key.seal(new byte[0], cell, random), cell)) {
            assertThat(opened.length()).isZero();
        }
    }

    @Test
    void dataKey_ofAnotherLength_isACallersBug() {
        try (SecretBytes bytes = SecretBytes.allocate(31)) {
            assertThatIllegalArgumentException().isThrownBy(() -> new DataKey(1, bytes));
        }
    }

    @Test
    void dataKey_closed_sealsNothing() {
        key.close();

        assertThatIllegalStateException().isThrownBy(() -> key.seal(plaintext, cell, random));
    }

    @Test
    void toString_showsNoKey() {
        assertThat(key).hasToString("DataKey[version 3, REDACTED]");
    }
}
