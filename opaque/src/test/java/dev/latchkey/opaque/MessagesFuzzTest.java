package dev.latchkey.opaque;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchkey.opaque.OpaqueException.Reason;

/** Every parser, fed anything: it gives the same bytes back or says that they are malformed, and nothing else. */
class MessagesFuzzTest {

    @FunctionalInterface
    private interface Reread {
        byte[] of(byte[] message) throws OpaqueException;
    }

    @FuzzTest
    void registrationRequest(byte[] message) {
        check(
                message,
                RegistrationRequest.BYTES,
                bytes -> RegistrationRequest.parse(bytes).toByteArray());
    }

    @FuzzTest
    void registrationResponse(byte[] message) {
        check(
                message,
                RegistrationResponse.BYTES,
                bytes -> RegistrationResponse.parse(bytes).toByteArray());
    }

    @FuzzTest
    void registrationRecord(byte[] message) {
        check(message, RegistrationRecord.BYTES, bytes -> {
            try (RegistrationRecord record = RegistrationRecord.parse(bytes)) {
                return record.toByteArray();
            }
        });
    }

    @FuzzTest
    void ke1(byte[] message) {
        check(message, Ke1.BYTES, bytes -> Ke1.parse(bytes).toByteArray());
    }

    @FuzzTest
    void ke2(byte[] message) {
        check(message, Ke2.BYTES, bytes -> Ke2.parse(bytes).toByteArray());
    }

    @FuzzTest
    void ke3(byte[] message) {
        check(message, Ke3.BYTES, bytes -> Ke3.parse(bytes).toByteArray());
    }

    @FuzzTest
    void serverPrivateKey(byte[] stored) {
        check(stored, 32, bytes -> {
            try (SecretBytes privateKey = SecretBytes.copyOf(bytes);
                    ServerKeyPair keyPair = ServerKeyPair.of(privateKey);
                    SecretBytes again = keyPair.privateKey()) {
                return again.copyBytes();
            }
        });
    }

    private static void check(byte[] message, int length, Reread reread) {
        byte[] before = message.clone();
        try {
            assertThat(reread.of(message)).isEqualTo(before).hasSize(length);
        } catch (OpaqueException e) {
            assertThat(e.reason()).isEqualTo(Reason.MALFORMED);
        }
        assertThat(message).isEqualTo(before);
    }
}
