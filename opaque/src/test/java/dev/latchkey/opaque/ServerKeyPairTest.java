package dev.latchkey.opaque;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.opaque.OpaqueException.Reason;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerKeyPairTest {

    private static final String SEED = "5a".repeat(32);

    @Test
    void generate_randomSource_derivesFromThirtyTwoBytesOfIt() {
        QueuedRandom random = new QueuedRandom().then(SEED);
        try (ServerKeyPair generated = ServerKeyPair.generate(random);
                SecretBytes seed = secret(SEED);
                ServerKeyPair derived = ServerKeyPair.derive(seed)) {
            assertThat(generated.publicKey()).isEqualTo(derived.publicKey()).hasSize(32);
        }
        assertThat(random.isExhausted()).isTrue();
    }

    @Test
    void of_storedPrivateKey_isTheSamePair() throws Exception {
        try (SecretBytes seed = secret(SEED);
                ServerKeyPair pair = ServerKeyPair.derive(seed);
                SecretBytes stored = pair.privateKey();
                ServerKeyPair restored = ServerKeyPair.of(stored);
                SecretBytes restoredKey = restored.privateKey()) {
            assertThat(restored.publicKey()).isEqualTo(pair.publicKey());
            assertThat(restoredKey.constantTimeEquals(stored)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "01",
                // zero
                "0000000000000000000000000000000000000000000000000000000000000000",
                // the order of the group, and all ones
                "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                // 33 bytes
                "010000000000000000000000000000000000000000000000000000000000000000"
            })
    void of_noPrivateKey_isMalformed(String hex) {
        try (SecretBytes privateKey = secret(hex)) {
            assertThatExceptionOfType(OpaqueException.class)
                    .isThrownBy(() -> ServerKeyPair.of(privateKey))
                    .extracting(OpaqueException::reason)
                    .isEqualTo(Reason.MALFORMED);
        }
    }

    @Test
    void derive_seedOfAnotherLength_isRefused() {
        try (SecretBytes seed = secret("5a".repeat(31))) {
            assertThatIllegalArgumentException().isThrownBy(() -> ServerKeyPair.derive(seed));
        }
    }

    @Test
    void close_pair_wipesThePrivateKey() {
        try (SecretBytes seed = secret(SEED)) {
            ServerKeyPair pair = ServerKeyPair.derive(seed);
            HeldSecrets held = HeldSecrets.of(pair);
            assertThat(held.count()).isEqualTo(1);
            pair.close();
            assertThat(held.countNotWiped()).isZero();
        }
    }

    private static SecretBytes secret(String hex) {
        return SecretBytes.takeOwnership(HexFormat.of().parseHex(hex));
    }
}
