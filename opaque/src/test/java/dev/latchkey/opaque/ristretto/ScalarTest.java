package dev.latchkey.opaque.ristretto;

import static dev.latchkey.opaque.ristretto.Samples.ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.opaque.ristretto.InvalidEncodingException.Reason;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ScalarTest {

    private final Samples samples = new Samples("scalar");

    @Nested
    class Decoding {

        @Test
        void decode_belowTheOrder_encodesToTheSameBytes() throws InvalidEncodingException {
            for (byte[] bytes : Samples.edgeScalars()) {
                try (Scalar scalar = Scalar.decode(bytes)) {
                    assertThat(scalar.encode()).isEqualTo(bytes);
                }
            }
        }

        @Test
        void decode_fromTheOrderUp_isNotCanonical() {
            List<BigInteger> tooLarge = List.of(
                    ORDER,
                    ORDER.add(BigInteger.ONE),
                    ORDER.setBit(255),
                    BigInteger.TWO.pow(253),
                    Samples.P,
                    BigInteger.TWO.pow(256).subtract(BigInteger.ONE));
            for (BigInteger number : tooLarge) {
                assertThatExceptionOfType(InvalidEncodingException.class)
                        .isThrownBy(() -> Scalar.decode(Samples.littleEndian(number, 32)))
                        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.NOT_CANONICAL));
            }
        }

        @Test
        void decode_anotherLength_isRefused() {
            for (int length : new int[] {0, 31, 33, 64}) {
                assertThatExceptionOfType(InvalidEncodingException.class)
                        .isThrownBy(() -> Scalar.decode(new byte[length]))
                        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_LENGTH));
            }
        }

        @Test
        void decode_changeOfTheCallersArray_doesNotReachTheScalar() throws InvalidEncodingException {
            byte[] bytes = samples.scalar();
            byte[] before = bytes.clone();
            Scalar scalar = Scalar.decode(bytes);
            Arrays.fill(bytes, (byte) 0);
            assertThat(scalar.encode()).isEqualTo(before);
        }

        @Test
        void fromUniformBytes_anotherLength_isTheCallersError() {
            assertThatThrownBy(() -> Scalar.fromUniformBytes(new byte[63]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class Arithmetic {

        @Test
        void invert_zero_isRefused() {
            assertThatThrownBy(() -> scalar(BigInteger.ZERO).invert()).isInstanceOf(ArithmeticException.class);
        }

        @Test
        void invert_timesTheScalar_isOne() {
            try (Scalar scalar = Scalar.fromUniformBytes(samples.bytes(64));
                    Scalar inverse = scalar.invert();
                    Scalar product = scalar.multiply(inverse)) {
                assertThat(product.constantTimeEquals(scalar(BigInteger.ONE)))
                        .as(Samples.seed())
                        .isTrue();
            }
        }

        @Test
        void add_pastTheOrder_wraps() {
            assertThat(scalar(ORDER.subtract(BigInteger.ONE))
                            .add(scalar(BigInteger.TWO))
                            .encode())
                    .isEqualTo(Samples.littleEndian(BigInteger.ONE, 32));
        }

        @Test
        void multiply_byItself_leavesTheOperand() {
            byte[] bytes = samples.scalar();
            Scalar scalar = scalar(Samples.number(bytes));
            scalar.multiply(scalar).close();
            assertThat(scalar.encode()).isEqualTo(bytes);
        }
    }

    @Nested
    class Comparison {

        @Test
        void isZero_onlyOfZero() {
            assertThat(scalar(BigInteger.ZERO).isZero()).isTrue();
            for (int bit = 0; bit < 252; bit++) {
                assertThat(scalar(BigInteger.ONE.shiftLeft(bit)).isZero()).isFalse();
            }
        }

        @Test
        void constantTimeEquals_oneBitApart_isFalse() {
            Scalar one = scalar(BigInteger.ONE);
            assertThat(one.constantTimeEquals(scalar(BigInteger.ONE))).isTrue();
            for (int bit = 1; bit < 252; bit++) {
                assertThat(one.constantTimeEquals(scalar(BigInteger.ONE.setBit(bit))))
                        .isFalse();
            }
        }

        @Test
        void equals_ofTheSameValue_isThatOfTheObject() {
            assertThat(scalar(BigInteger.ONE)).isNotEqualTo(scalar(BigInteger.ONE));
        }
    }

    @Nested
    class Drawing {

        @Test
        void random_always_reducesOneRequestOf64Bytes() {
            byte[] drawn = samples.bytes(64);
            ScriptedRandom random = new ScriptedRandom(drawn);
            assertThat(Scalar.random(random).encode())
                    .isEqualTo(Samples.littleEndian(Samples.number(drawn).mod(ORDER), 32));
            assertThat(random.remaining()).isZero();
        }

        @Test
        void random_zeroDrawn_drawsAgain() {
            byte[] multipleOfTheOrder = Samples.littleEndian(ORDER.shiftLeft(259), 64);
            byte[] second = samples.bytes(64);
            ScriptedRandom random = new ScriptedRandom(new byte[64], multipleOfTheOrder, second);
            assertThat(Scalar.random(random).encode())
                    .isEqualTo(Samples.littleEndian(Samples.number(second).mod(ORDER), 32));
            assertThat(random.remaining()).isZero();
        }

        @Test
        void random_afterwards_hasWipedWhatItDrew() {
            ScriptedRandom random = new ScriptedRandom(samples.bytes(64));
            Scalar.random(random).close();
            assertThat(random.lastArray()).containsOnly(0);
        }
    }

    @Nested
    class A_closed_scalar {

        private final Scalar closed = Scalar.fromUniformBytes(samples.bytes(64));

        @Test
        void close_always_wipesTheLimbs() throws ReflectiveOperationException {
            var field = Scalar.class.getDeclaredField("limbs");
            field.setAccessible(true);
            long[] limbs = (long[]) field.get(closed);
            assertThat(Arrays.stream(limbs).anyMatch(limb -> limb != 0)).isTrue();
            closed.close();
            assertThat(limbs).containsOnly(0);
        }

        @Test
        void everyMethod_isRefused() {
            closed.close();
            closed.close();
            Scalar open = scalar(BigInteger.ONE);
            List<Consumer<Scalar>> uses = List.of(
                    Scalar::encode,
                    Scalar::invert,
                    Scalar::isZero,
                    s -> s.add(open),
                    open::add,
                    s -> s.multiply(open),
                    open::multiply,
                    s -> s.constantTimeEquals(open),
                    open::constantTimeEquals,
                    Element::multiplyGenerator,
                    Element.GENERATOR::multiply);
            for (Consumer<Scalar> use : uses) {
                assertThatThrownBy(() -> use.accept(closed)).isInstanceOf(IllegalStateException.class);
            }
        }

        @Test
        void toString_openOrClosed_isRedacted() {
            assertThat(closed).hasToString("Scalar[REDACTED]");
            closed.close();
            assertThat(closed).hasToString("Scalar[REDACTED]");
        }
    }

    private static Scalar scalar(BigInteger number) {
        return Scalar.fromUniformBytes(Samples.littleEndian(number, 64));
    }

    /** Gives out prepared bytes and remembers the array it was asked to fill. */
    private static final class ScriptedRandom extends SecureRandom {

        private static final long serialVersionUID = 1L;

        private final transient Deque<byte[]> script;
        private transient byte[] last;

        ScriptedRandom(byte[]... script) {
            this.script = new ArrayDeque<>(List.of(script));
        }

        @Override
        public void nextBytes(byte[] bytes) {
            byte[] next = script.remove();
            assertThat(bytes).hasSameSizeAs(next);
            System.arraycopy(next, 0, bytes, 0, next.length);
            last = bytes;
        }

        int remaining() {
            return script.size();
        }

        byte[] lastArray() {
            return last;
        }
    }
}
