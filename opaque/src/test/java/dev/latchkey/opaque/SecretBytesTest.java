package dev.latchkey.opaque;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SecretBytesTest {

    @Nested
    class OpenSecret {

        @Test
        void takeOwnership_array_isTheBackingArray() {
            byte[] bytes = {1, 2, 3};
            try (SecretBytes secret = SecretBytes.takeOwnership(bytes)) {
                assertThat(secret.exposed()).isSameAs(bytes);
                assertThat(secret.length()).isEqualTo(3);
            }
        }

        @Test
        void copyOf_arrayChangedAfterwards_isNotChanged() {
            byte[] bytes = {1, 2, 3};
            try (SecretBytes secret = SecretBytes.copyOf(bytes)) {
                bytes[0] = 9;
                assertThat(secret.exposed()).containsExactly(1, 2, 3);
            }
        }

        @Test
        void copyBytes_resultChanged_isNotChanged() {
            try (SecretBytes secret = SecretBytes.copyOf(new byte[] {1, 2, 3})) {
                secret.copyBytes()[0] = 9;
                assertThat(secret.exposed()).containsExactly(1, 2, 3);
            }
        }

        @Test
        void random_lengthAndSource_isOneRequestOfThatLength() {
            QueuedRandom random = new QueuedRandom().then("a1b2c3");
            try (SecretBytes secret = SecretBytes.random(3, random)) {
                assertThat(secret.exposed()).containsExactly(0xA1, 0xB2, 0xC3);
            }
            assertThat(random.isExhausted()).isTrue();
        }

        @Test
        void allocate_length_isZero() {
            try (SecretBytes secret = SecretBytes.allocate(4)) {
                assertThat(secret.exposed()).containsExactly(0, 0, 0, 0);
            }
        }

        @Test
        void copy_originalClosed_livesOn() {
            SecretBytes original = SecretBytes.copyOf(new byte[] {1, 2, 3});
            try (SecretBytes copy = original.copy()) {
                original.close();
                assertThat(copy.exposed()).containsExactly(1, 2, 3);
            }
        }

        @Test
        void slice_range_isACopyOfIt() {
            try (SecretBytes secret = SecretBytes.copyOf(new byte[] {1, 2, 3, 4});
                    SecretBytes slice = secret.slice(1, 2)) {
                assertThat(slice.exposed()).containsExactly(2, 3);
                slice.exposed()[0] = 9;
                assertThat(secret.exposed()).containsExactly(1, 2, 3, 4);
            }
        }

        @Test
        void slice_rangeOutside_isRefused() {
            try (SecretBytes secret = SecretBytes.allocate(4)) {
                assertThatThrownBy(() -> secret.slice(3, 2)).isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> secret.slice(-1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> secret.slice(0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
            }
        }

        @Test
        void constantTimeEquals_contents_comparesThem() {
            try (SecretBytes secret = SecretBytes.copyOf(new byte[] {1, 2});
                    SecretBytes same = SecretBytes.copyOf(new byte[] {1, 2});
                    SecretBytes other = SecretBytes.copyOf(new byte[] {1, 3});
                    SecretBytes longer = SecretBytes.copyOf(new byte[] {1, 2, 0})) {
                assertThat(secret.constantTimeEquals(same)).isTrue();
                assertThat(secret.constantTimeEquals(new byte[] {1, 2})).isTrue();
                assertThat(secret.constantTimeEquals(other)).isFalse();
                assertThat(secret.constantTimeEquals(longer)).isFalse();
            }
        }

        @Test
        void equals_sameContent_isOfTheObjectOnly() {
            try (SecretBytes secret = SecretBytes.copyOf(new byte[] {1, 2});
                    SecretBytes same = SecretBytes.copyOf(new byte[] {1, 2})) {
                assertThat(secret).isNotEqualTo(same);
            }
        }

        @Test
        void toString_anySecret_showsItsLengthOnly() {
            try (SecretBytes secret = SecretBytes.copyOf(new byte[] {77, 88})) {
                assertThat(secret).hasToString("SecretBytes[REDACTED, 2 bytes]");
            }
        }
    }

    @Nested
    class ClosedSecret {

        private final byte[] bytes = {1, 2, 3};
        private final SecretBytes secret = SecretBytes.takeOwnership(bytes);

        ClosedSecret() {
            secret.close();
        }

        @Test
        void close_openSecret_zeroesTheArray() {
            assertThat(bytes).containsExactly(0, 0, 0);
        }

        @Test
        void close_again_doesNothing() {
            secret.close();
            assertThat(bytes).containsExactly(0, 0, 0);
        }

        @Test
        void anyUse_isRefused() {
            SecretBytes open = SecretBytes.allocate(3);
            List<ThrowingCallable> uses = List.of(
                    secret::length,
                    secret::copyBytes,
                    secret::exposed,
                    secret::copy,
                    () -> secret.slice(0, 1),
                    () -> secret.constantTimeEquals(new byte[3]),
                    () -> secret.constantTimeEquals(open),
                    () -> open.constantTimeEquals(secret));
            assertThat(uses).allSatisfy(use -> assertThatIllegalStateException().isThrownBy(use));
        }

        @Test
        void toString_stillShowsItsLengthOnly() {
            assertThat(secret).hasToString("SecretBytes[REDACTED, 3 bytes]");
        }
    }
}
