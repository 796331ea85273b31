package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.opaque.SecretBytes;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFormatTest {

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 7 + 1);
        }
        return bytes;
    }

    private static byte[] encoded(KeyFormat format, byte[] secret) {
        try (SecretBytes bytes = SecretBytes.copyOf(secret);
                SecretBytes text = format.encode(bytes)) {
            return text.copyBytes();
        }
    }

    private static byte[] read(KeyFormat format, byte[] text) throws CommandFailure {
        try (SecretBytes bytes = SecretBytes.copyOf(text);
                SecretBytes secret = format.read(bytes)) {
            return secret.copyBytes();
        }
    }

    private static byte[] read(KeyFormat format, String text) throws CommandFailure {
        return read(format, text.getBytes(US_ASCII));
    }

    private static CommandFailure refusal(KeyFormat format, byte[] text) {
        CommandFailure failure = catchThrowableOfType(CommandFailure.class, () -> read(format, text));
        assertThat(failure.code()).isEqualTo(FailureCode.INVALID_INPUT);
        assertThat(failure.kept()).isEqualTo("Nothing was stored.");
        return failure;
    }

    private static CommandFailure refusal(KeyFormat format, String text) {
        return refusal(format, text.getBytes(US_ASCII));
    }

    @ParameterizedTest
    @EnumSource(KeyFormat.class)
    void everyForm_readsWhatItWrites(KeyFormat format) throws Exception {
        for (int length : new int[] {1, 2, 3, 32, 47, 48, 49, 255, 256, 65_535}) {
            byte[] text = encoded(format, bytes(length));
            assertThat(read(format, text)).isEqualTo(bytes(length));
            assertThat(text).hasSizeLessThanOrEqualTo(KeyFormat.MAX_TEXT_BYTES);
        }
    }

    @ParameterizedTest
    @EnumSource(KeyFormat.class)
    void nothing_isRefusedInEveryForm(KeyFormat format) {
        refusal(format, "");
        refusal(format, format == KeyFormat.RAW ? "" : "\n");
    }

    @ParameterizedTest
    @EnumSource(KeyFormat.class)
    void moreThanASecretHolds_isRefused(KeyFormat format) {
        assertThat(refusal(format, encoded(format, bytes(65_536))).what()).contains("65,535");
    }

    @Nested
    class WithALength {

        @Test
        void upTo255Bytes_haveOneByteOfLength() {
            assertThat(encoded(KeyFormat.LEN, bytes(1))).containsExactly(1, 1);
            assertThat(encoded(KeyFormat.LEN, bytes(255))).hasSize(256).startsWith(255);
        }

        @Test
        void moreBytes_haveAZeroAndFour() {
            assertThat(encoded(KeyFormat.LEN, bytes(256))).hasSize(261).startsWith(0, 0, 0, 1, 0);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"00", "0000", "00000001", "0000000000", "000000000101", "02aa", "01aabb", "00ffffffffaa"})
        void otherLengths_areRefused(String hex) {
            refusal(KeyFormat.LEN, HexFormat.of().parseHex(hex));
        }

        @Test
        void longFormOfAShortSecret_isRefused() {
            byte[] text = Arrays.copyOf(new byte[] {0, 0, 0, 0, (byte) 255}, 260);
            assertThat(refusal(KeyFormat.LEN, text).what()).contains("one is enough");
        }
    }

    @Nested
    class Hexadecimal {

        @Test
        void everyByte_isTwoDigits() throws Exception {
            byte[] all = new byte[256];
            for (int i = 0; i < all.length; i++) {
                all[i] = (byte) i;
            }
            String hex = HexFormat.of().formatHex(all);
            assertThat(new String(encoded(KeyFormat.HEX, all), US_ASCII)).isEqualTo(hex + "\n");
            assertThat(read(KeyFormat.HEX, hex.toUpperCase(Locale.ROOT))).isEqualTo(all);
        }

        @Test
        void lines_mayEndBetweenBytes() throws Exception {
            assertThat(read(KeyFormat.HEX, "01\r\n02\n\n03\n")).containsExactly(1, 2, 3);
        }

        @ParameterizedTest
        @ValueSource(strings = {"0", "0g", "0x01", "01 02", "0\n1", "01:02", "@1", "`1", "/0", ":0", "G0"})
        void anythingElse_isRefusedAndNotQuoted(String text) {
            assertThat(refusal(KeyFormat.HEX, text).what())
                    .startsWith("It is not hexadecimal")
                    .doesNotContain(text);
        }

        @Test
        void bytesAboveAscii_areRefused() {
            for (int b = 0; b < 256; b++) {
                if (Character.digit(b, 16) < 0 && b != '\n' && b != '\r') {
                    refusal(KeyFormat.HEX, new byte[] {(byte) b, '0'});
                }
            }
        }
    }

    @Nested
    class InBase64 {

        @Test
        void lines_mayEndAnywhere() throws Exception {
            assertThat(read(KeyFormat.BASE64, "AQ\nID\r\n")).containsExactly(1, 2, 3);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"AQ", "AQ=", "AQI", "AR==", "AQJ=", "AQ==AQ==", "A", "AQ ==", "-_-_", "AQID=", "====", "AQI*"
                })
        void anythingElse_isRefused(String text) {
            assertThat(refusal(KeyFormat.BASE64, text).what()).startsWith("It is not base64");
        }
    }

    @Nested
    class InPem {

        @Test
        void privateKeysOfTheJdk_getTheirLabel() throws Exception {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(1024);
            byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
            String pem = new String(encoded(KeyFormat.PEM, key), US_ASCII);
            assertThat(pem).startsWith("-----BEGIN PRIVATE KEY-----\n").endsWith("\n-----END PRIVATE KEY-----\n");
            assertThat(pem.lines()).allMatch(line -> line.length() <= 64);
            assertThat(read(KeyFormat.PEM, pem)).isEqualTo(key);
        }

        @ParameterizedTest
        @CsvSource({
            "300702010030000400, PRIVATE KEY",
            "30050201010400, EC PRIVATE KEY",
            "30090201010400a0020000, EC PRIVATE KEY",
            "300430000400, ENCRYPTED PRIVATE KEY",
            "301b020100020101020101020101020101020101020101020101020101, RSA PRIVATE KEY",
            "3012020100020101020101020101020101020101, DSA PRIVATE KEY",
            "6f70656e7373682d6b65792d76310000, OPENSSH PRIVATE KEY",
            "3000, SECRET",
            "3003020100, SECRET",
            "30070201003000040000, SECRET",
            "3080, SECRET",
            "308401, SECRET",
            "3003020500, SECRET",
            "00, SECRET",
        })
        void label_isMadeFromTheBytes(String hex, String label) {
            byte[] secret = HexFormat.of().parseHex(hex);
            assertThat(new String(encoded(KeyFormat.PEM, secret), US_ASCII))
                    .startsWith("-----BEGIN " + label + "-----\n")
                    .endsWith("-----END " + label + "-----\n");
        }

        @Test
        void anyLabel_isTaken() throws Exception {
            String block = "\r\n-----BEGIN X509 CRL-----\r\nAQID\r\n-----END X509 CRL-----\r\n";
            assertThat(read(KeyFormat.PEM, block)).containsExactly(1, 2, 3);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "AQID",
                    "-----BEGIN A-----\nAQID\n-----END B-----\n",
                    "-----BEGIN A-----\nAQID\n",
                    "-----BEGIN A\nAQID\n-----END A-----\n",
                    "-----BEGIN A-----\nAQI\n-----END A-----\n",
                    "-----BEGIN A-----\nAQID\n-----END A-----\n-----BEGIN A-----\nAQID\n-----END A-----\n",
                    "-----BEGIN A-----\nProc-Type: 4,ENCRYPTED\n\nAQID\n-----END A-----\n",
                    "-----BEGIN RSA PRIVATE KEY-----\nX: y\n\nAQID\n-----END RSA PRIVATE KEY-----\n",
                    "words before\n-----BEGIN A-----\nAQID\n-----END A-----\n",
                    "-----BEGIN A-----\n-----END A-----\n"
                })
        void anythingElse_isRefused(String text) {
            refusal(KeyFormat.PEM, text);
        }

        @Test
        void privateKey_isKnownByItsLabel() throws Exception {
            for (String label : new String[] {"PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY"}) {
                assertThat(says(label)).isTrue();
            }
            assertThat(says("PUBLIC KEY")).isFalse();
            assertThat(says("CERTIFICATE")).isFalse();
        }

        private boolean says(String label) throws CommandFailure {
            String base64 = Base64.getEncoder().encodeToString(bytes(3));
            String block = "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
            try (SecretBytes text = SecretBytes.copyOf(block.getBytes(US_ASCII))) {
                return PemForm.saysPrivateKey(text);
            }
        }
    }
}
