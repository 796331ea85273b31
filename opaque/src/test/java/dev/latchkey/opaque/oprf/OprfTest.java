package dev.latchkey.opaque.oprf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.latchkey.opaque.HeldSecrets;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.opaque.ristretto.Element;
import dev.latchkey.opaque.ristretto.Scalar;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OprfTest {

    private final SecureRandom random = new SecureRandom();

    @Nested
    class Client {

        @Test
        void output_sameInputAndKey_doesNotDependOnTheBlind() {
            try (SecretBytes input = SecretBytes.copyOf(new byte[] {1, 2, 3});
                    Scalar key = Scalar.random(random);
                    SecretBytes first = evaluate(input, key);
                    SecretBytes second = evaluate(input, key)) {
                assertThat(first.constantTimeEquals(second)).isTrue();
                assertThat(first.length()).isEqualTo(64);
            }
        }

        @Test
        void blindedElement_sameInput_isAnotherEachTime() {
            try (SecretBytes input = SecretBytes.copyOf(new byte[] {1, 2, 3});
                    OprfClient first = OprfClient.blind(input, random);
                    OprfClient second = OprfClient.blind(input, random)) {
                assertThat(first.blindedElement().constantTimeEquals(second.blindedElement()))
                        .isFalse();
            }
        }

        @Test
        void blind_emptyAndLongestInput_isAccepted() {
            try (Scalar key = Scalar.random(random);
                    SecretBytes empty = SecretBytes.allocate(0);
                    SecretBytes longest = SecretBytes.allocate(65535);
                    SecretBytes ofEmpty = evaluate(empty, key);
                    SecretBytes ofLongest = evaluate(longest, key)) {
                assertThat(ofEmpty.constantTimeEquals(ofLongest)).isFalse();
            }
        }

        @Test
        void blind_inputTooLong_isRefused() {
            try (SecretBytes input = SecretBytes.allocate(65536)) {
                assertThatIllegalArgumentException().isThrownBy(() -> OprfClient.blind(input, random));
            }
        }

        @Test
        void blind_inputThatHashesToTheIdentity_isRefused() {
            try (SecretBytes input = SecretBytes.allocate(1)) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> OprfClient.blind(input, Element.IDENTITY, random));
            }
        }

        @Test
        void blind_inputClosedAfterwards_goesOn() {
            SecretBytes input = SecretBytes.copyOf(new byte[] {1, 2, 3});
            try (OprfClient client = OprfClient.blind(input, random)) {
                input.close();
                client.output(client.blindedElement()).close();
            }
        }

        @Test
        void output_secondTime_isRefused() {
            try (SecretBytes input = SecretBytes.allocate(1);
                    OprfClient client = OprfClient.blind(input, random)) {
                client.output(client.blindedElement()).close();
                assertThatIllegalStateException().isThrownBy(() -> client.output(client.blindedElement()));
            }
        }

        @Test
        void output_closedState_isRefused() {
            try (SecretBytes input = SecretBytes.allocate(1)) {
                OprfClient client = OprfClient.blind(input, random);
                client.close();
                assertThatIllegalStateException().isThrownBy(() -> client.output(client.blindedElement()));
            }
        }

        @Test
        void output_once_wipesInputAndBlind() {
            try (SecretBytes input = SecretBytes.copyOf(new byte[] {1, 2, 3});
                    OprfClient client = OprfClient.blind(input, random)) {
                HeldSecrets held = HeldSecrets.of(client);
                assertThat(held.count()).isEqualTo(2);
                assertThat(held.countNotWiped()).isEqualTo(2);
                client.output(client.blindedElement()).close();
                assertThat(held.countNotWiped()).isZero();
            }
        }

        private SecretBytes evaluate(SecretBytes input, Scalar key) {
            try (OprfClient client = OprfClient.blind(input, random)) {
                return client.output(OprfServer.blindEvaluate(key, client.blindedElement()));
            }
        }
    }

    @Nested
    class Server {

        @Test
        void firstNonZero_zerosBefore_goesOnToTheNextCounter() {
            List<Integer> counters = new ArrayList<>();
            try (Scalar key = OprfServer.firstNonZero(counter -> {
                counters.add(counter);
                return counter < 2 ? zero() : Scalar.random(random);
            })) {
                assertThat(key.isZero()).isFalse();
            }
            assertThat(counters).containsExactly(0, 1, 2);
        }

        @Test
        void firstNonZero_zerosToTheEnd_givesUpAfter256() {
            List<Integer> counters = new ArrayList<>();
            assertThatIllegalStateException()
                    .isThrownBy(() -> OprfServer.firstNonZero(counter -> {
                        counters.add(counter);
                        return zero();
                    }))
                    .withMessageContaining("DeriveKeyPairError");
            assertThat(counters).hasSize(256).endsWith(255);
        }

        @Test
        void deriveKey_otherInfo_isAnotherKey() {
            try (SecretBytes seed = SecretBytes.allocate(32);
                    Scalar one = OprfServer.deriveKey(seed, new byte[] {1});
                    Scalar two = OprfServer.deriveKey(seed, new byte[] {2})) {
                assertThat(one.constantTimeEquals(two)).isFalse();
            }
        }

        @Test
        void deriveKey_wrongSeedOrInfoLength_isRefused() {
            try (SecretBytes seed = SecretBytes.allocate(32);
                    SecretBytes shortSeed = SecretBytes.allocate(31)) {
                assertThatIllegalArgumentException().isThrownBy(() -> OprfServer.deriveKey(shortSeed, new byte[0]));
                assertThatIllegalArgumentException().isThrownBy(() -> OprfServer.deriveKey(seed, new byte[65536]));
            }
        }

        private static Scalar zero() {
            return Scalar.fromUniformBytes(new byte[64]);
        }
    }
}
