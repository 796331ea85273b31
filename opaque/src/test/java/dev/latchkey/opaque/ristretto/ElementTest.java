package dev.latchkey.opaque.ristretto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.opaque.ristretto.InvalidEncodingException.Reason;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ElementTest {

    private final Samples samples = new Samples("element");

    @Nested
    class Decoding {

        @Test
        void decode_anotherLength_isRefused() {
            for (int length : new int[] {0, 31, 33, 64}) {
                assertThatExceptionOfType(InvalidEncodingException.class)
                        .isThrownBy(() -> Element.decode(new byte[length]))
                        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_LENGTH));
            }
        }

        @Test
        void decode_numberFromPUp_isNotCanonical() throws InvalidEncodingException {
            for (int excess = 0; excess < 19; excess++) {
                byte[] bytes = Samples.littleEndian(Samples.P.add(BigInteger.valueOf(excess)), 32);
                assertNotCanonical(bytes);
            }
            byte[] generator = Element.GENERATOR.encode();
            Element.decode(generator);
            generator[31] |= (byte) 0x80;
            assertNotCanonical(generator);
        }

        @Test
        void decode_negativeOfAnEncoding_isNotCanonical() {
            BigInteger number = Samples.number(samples.element());
            assertNotCanonical(Samples.littleEndian(Samples.P.subtract(number), 32));
        }

        @Test
        void decode_zeros_isTheIdentity() throws InvalidEncodingException {
            assertThat(Element.decode(new byte[32]).isIdentity()).isTrue();
        }

        @Test
        void decode_changeOfTheCallersArray_doesNotReachTheElement() throws InvalidEncodingException {
            byte[] bytes = samples.element();
            byte[] before = bytes.clone();
            Element element = Element.decode(bytes);
            Arrays.fill(bytes, (byte) 0);
            assertThat(element.encode()).isEqualTo(before);
        }

        @Test
        void fromUniformBytes_anotherLength_isTheCallersError() {
            assertThatThrownBy(() -> Element.fromUniformBytes(new byte[32]))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        private static void assertNotCanonical(byte[] bytes) {
            assertThatExceptionOfType(InvalidEncodingException.class)
                    .isThrownBy(() -> Element.decode(bytes))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.NOT_CANONICAL));
        }
    }

    @Nested
    class The_group {

        @Test
        void add_identity_changesNothing() {
            Element element = Element.fromUniformBytes(samples.bytes(64));
            assertThat(element.add(Element.IDENTITY).encode()).isEqualTo(element.encode());
            assertThat(Element.IDENTITY.add(element).encode()).isEqualTo(element.encode());
        }

        @Test
        void multiply_byZeroAndByTheOrder_isTheIdentity() {
            Element element = Element.fromUniformBytes(samples.bytes(64));
            Element last = element.multiply(scalar(Samples.ORDER.subtract(BigInteger.ONE)));
            assertThat(element.multiply(scalar(BigInteger.ZERO)).isIdentity()).isTrue();
            assertThat(last.isIdentity()).isFalse();
            assertThat(last.add(element).isIdentity()).isTrue();
            assertThat(last.add(element).encode()).containsOnly(0);
        }

        @Test
        void multiply_byInverse_undoesMultiply() {
            Element element = Element.fromUniformBytes(samples.bytes(64));
            try (Scalar blind = Scalar.fromUniformBytes(samples.bytes(64));
                    Scalar inverse = blind.invert()) {
                assertThat(element.multiply(blind).multiply(inverse).constantTimeEquals(element))
                        .as(Samples.seed())
                        .isTrue();
            }
        }

        @Test
        void representatives_ofOneElement_areEqualAndEncodeAlike() {
            // Adding a point of order 4 or 2 gives another point of the same element.
            FieldElement minusOne = new FieldElement();
            minusOne.setNegative(FieldConstants.ONE);
            FieldElement minusRoot = new FieldElement();
            minusRoot.setNegative(FieldConstants.SQRT_M1);
            List<EdwardsPoint> torsion = List.of(
                    EdwardsPoint.ofAffine(FieldConstants.ZERO, FieldConstants.ONE),
                    EdwardsPoint.ofAffine(FieldConstants.ZERO, minusOne),
                    EdwardsPoint.ofAffine(FieldConstants.SQRT_M1, FieldConstants.ZERO),
                    EdwardsPoint.ofAffine(minusRoot, FieldConstants.ZERO));
            Element element = Element.fromUniformBytes(samples.bytes(64));
            for (EdwardsPoint point : torsion) {
                assertThat(new Element(point).isIdentity()).isTrue();
                assertThat(new Element(point).encode()).containsOnly(0);
                Element other = element.add(new Element(point));
                assertThat(other.isIdentity()).isFalse();
                assertThat(other.constantTimeEquals(element)).as(Samples.seed()).isTrue();
                assertThat(other.encode()).as(Samples.seed()).isEqualTo(element.encode());
            }
        }

        @Test
        void constantTimeEquals_otherElements_isFalse() {
            Element element = Element.fromUniformBytes(samples.bytes(64));
            Stream<Element> others = Stream.of(
                    Element.IDENTITY,
                    Element.GENERATOR,
                    element.add(Element.GENERATOR),
                    element.multiply(scalar(Samples.ORDER.subtract(BigInteger.ONE))));
            assertThat(others.filter(element::constantTimeEquals)).isEmpty();
        }

        @Test
        void equals_ofTheSameElement_isThatOfTheObject() {
            byte[] bytes = samples.bytes(64);
            assertThat(Element.fromUniformBytes(bytes)).isNotEqualTo(Element.fromUniformBytes(bytes));
        }

        @Test
        void use_byManyThreadsAtOnce_givesTheSame() {
            Element element = Element.fromUniformBytes(samples.bytes(64));
            Scalar scalar = Scalar.fromUniformBytes(samples.bytes(64));
            byte[] product = element.multiply(scalar).encode();
            byte[] encoding = element.encode();
            boolean same = IntStream.range(0, 2_000)
                    .parallel()
                    .allMatch(i -> Arrays.equals(element.multiply(scalar).encode(), product)
                            && Arrays.equals(element.encode(), encoding)
                            && !element.isIdentity()
                            && element.constantTimeEquals(element)
                            && Arrays.equals(Element.IDENTITY.encode(), new byte[32]));
            assertThat(same).as(Samples.seed()).isTrue();
        }
    }

    @Nested
    class A_multiplication_table {

        private final Element element = Element.fromUniformBytes(samples.bytes(64));

        @Test
        void multiply_severalScalars_isWhatTheElementGives() {
            try (MultiplicationTable table = element.multiplicationTable()) {
                for (int i = 0; i < 20; i++) {
                    Scalar scalar = Scalar.fromUniformBytes(samples.bytes(64));
                    assertThat(table.multiply(scalar).encode())
                            .as(Samples.seed())
                            .isEqualTo(element.multiply(scalar).encode());
                }
            }
        }

        @Test
        void close_always_wipesAndRefusesFurtherUse() throws ReflectiveOperationException {
            MultiplicationTable table = element.multiplicationTable();
            var field = MultiplicationTable.class.getDeclaredField("multiples");
            field.setAccessible(true);
            long[] multiples = (long[]) field.get(table);
            assertThat(Arrays.stream(multiples).anyMatch(limb -> limb != 0)).isTrue();

            table.close();
            table.close();

            assertThat(multiples).containsOnly(0);
            Scalar scalar = scalar(BigInteger.ONE);
            assertThatThrownBy(() -> table.multiply(scalar)).isInstanceOf(IllegalStateException.class);
            assertThat(element.multiply(scalar).encode()).isEqualTo(element.encode());
        }
    }

    @Nested
    class A_closed_element {

        private final Element closed = Element.fromUniformBytes(samples.bytes(64));

        @Test
        void close_always_wipesTheCoordinates() throws ReflectiveOperationException {
            var field = Element.class.getDeclaredField("point");
            field.setAccessible(true);
            EdwardsPoint point = (EdwardsPoint) field.get(closed);
            List<FieldElement> coordinates = List.of(point.x, point.y, point.z, point.t);
            assertThat(coordinates).noneMatch(coordinate -> coordinate.zeroMask() != 0);
            closed.close();
            for (FieldElement coordinate : coordinates) {
                long[] limbs = new long[FieldElement.LIMBS];
                coordinate.storeLimbs(limbs, 0, 1);
                assertThat(limbs).containsOnly(0);
            }
        }

        @Test
        void close_always_leavesOtherElementsAlone() throws InvalidEncodingException {
            byte[] bytes = closed.encode();
            Element decoded = Element.decode(bytes);
            Element sum = closed.add(Element.IDENTITY);
            decoded.close();
            closed.close();
            assertThat(sum.encode()).isEqualTo(bytes);
            assertThat(Element.decode(bytes).encode()).isEqualTo(bytes);
        }

        @Test
        void everyMethod_isRefused() {
            closed.close();
            closed.close();
            List<Consumer<Element>> uses = List.of(
                    Element::encode,
                    Element::isIdentity,
                    Element::multiplicationTable,
                    e -> e.multiply(scalar(BigInteger.ONE)),
                    e -> e.add(Element.GENERATOR),
                    Element.GENERATOR::add,
                    e -> e.constantTimeEquals(Element.GENERATOR),
                    Element.GENERATOR::constantTimeEquals);
            for (Consumer<Element> use : uses) {
                assertThatThrownBy(() -> use.accept(closed)).isInstanceOf(IllegalStateException.class);
            }
        }

        @Test
        void close_ofAConstant_isRefused() {
            for (Element constant : List.of(Element.IDENTITY, Element.GENERATOR)) {
                assertThatThrownBy(constant::close).isInstanceOf(UnsupportedOperationException.class);
                assertThat(constant.multiply(scalar(BigInteger.ONE)).constantTimeEquals(constant))
                        .isTrue();
            }
        }

        @Test
        void toString_openOrClosed_isRedacted() {
            assertThat(closed).hasToString("Element[REDACTED]");
            closed.close();
            assertThat(closed).hasToString("Element[REDACTED]");
        }
    }

    private static Scalar scalar(BigInteger number) {
        return Scalar.fromUniformBytes(Samples.littleEndian(number, 64));
    }
}
