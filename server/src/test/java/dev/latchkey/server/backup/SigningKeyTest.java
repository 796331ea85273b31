package dev.latchkey.server.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.opaque.SecretBytes;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SigningKeyTest {
    private static final HexFormat HEX = HexFormat.of();

    /** RFC 8032, section 7.1, test 2. */
    @Test
    void sign_vectorOfTheStandard_isItsSignature() {
        byte[] message = {0x72};
        try (SecretBytes seed =
                SecretBytes.copyOf(HEX.parseHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))) {
            SigningKey key = SigningKey.ofSeed(seed);

            assertThat(HEX.formatHex(key.publicKey()))
                    .isEqualTo("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
            assertThat(HEX.formatHex(key.sign(message)))
                    .isEqualTo("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                            + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
            assertThat(SigningKey.verifies(key.publicKey(), message, key.sign(message)))
                    .isTrue();
            assertThat(SigningKey.verifies(key.publicKey(), new byte[] {0x73}, key.sign(message)))
                    .isFalse();
            assertThat(SigningKey.verifies(key.publicKey(), message, new byte[64]))
                    .isFalse();
        }
    }
}
