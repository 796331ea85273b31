package dev.latchkey.opaque;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.opaque.OpaqueException.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Someone between the two sides changes one bit of one byte, for every byte of every message of a login. */
class TamperingTest {

    private final Account account = new Account();

    @AfterEach
    void closeAccount() {
        account.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "evaluated_message,       0,  32, ENVELOPE,   MALFORMED",
        "masking_nonce,          32,  64, ENVELOPE,   ENVELOPE",
        "masked_response,        64, 192, ENVELOPE,   ENVELOPE",
        "server_nonce,          192, 224, SERVER_MAC, SERVER_MAC",
        "server_public_keyshare, 224, 256, SERVER_MAC, MALFORMED",
        "server_mac,            256, 320, SERVER_MAC, SERVER_MAC"
    })
    void ke2_anyByteChanged_isRefused(String field, int from, int to, Reason reason, Reason orReason) {
        for (int index = from; index < to; index++) {
            for (int bit : new int[] {1, 0x80}) {
                int at = index;
                Reason refusal = refusalOf(ke2 -> flip(ke2, at, bit));
                assertThat(refusal).as("%s, byte %d", field, at).isIn(reason, orReason);
            }
        }
    }

    @Test
    void ke2_oprfElementReflected_isRefused() {
        assertThat(refusalOf((ke1, ke2) -> replace(ke2, 0, ke1, 0, 32))).isEqualTo(Reason.REFLECTED);
    }

    @Test
    void ke2_keyshareReflected_isRefused() {
        assertThat(refusalOf((ke1, ke2) -> replace(ke2, 224, ke1, 64, 32))).isEqualTo(Reason.REFLECTED);
    }

    @Test
    void ke2_nonceReflected_isRefused() {
        assertThat(refusalOf((ke1, ke2) -> replace(ke2, 192, ke1, 32, 32))).isEqualTo(Reason.SERVER_MAC);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "blinded_message,        0, 32, ENVELOPE,   MALFORMED",
        "client_nonce,          32, 64, SERVER_MAC, SERVER_MAC",
        "client_public_keyshare, 64, 96, SERVER_MAC, MALFORMED"
    })
    void ke1_anyByteChanged_isRefusedByTheServerOrTheClient(
            String field, int from, int to, Reason reason, Reason orReason) {
        for (int index = from; index < to; index++) {
            int at = index;
            try (ClientLogin clientLogin = account.client().startLogin(account.password())) {
                OpaqueException refusal = catchThrowableOfType(OpaqueException.class, () -> {
                    Ke1 changed = Ke1.parse(flip(clientLogin.ke1().toByteArray(), at, 1));
                    try (ServerLogin serverLogin = account.startServerLogin(changed)) {
                        clientLogin
                                .finish(serverLogin.ke2(), Account.ALICE, KsfParameters.DEFAULT)
                                .close();
                    }
                });
                assertThat(refusal).as("%s, byte %d", field, at).isNotNull();
                assertThat(refusal.reason()).isIn(reason, orReason);
            }
        }
    }

    @Test
    void ke3_anyByteChanged_isRefused() throws Exception {
        try (ClientLogin clientLogin = account.client().startLogin(account.password());
                ServerLogin serverLogin = account.startServerLogin(clientLogin.ke1());
                ClientLoginResult result = clientLogin.finish(serverLogin.ke2(), Account.ALICE, KsfParameters.DEFAULT);
                SecretBytes saved = serverLogin.save()) {
            for (int index = 0; index < Ke3.BYTES; index++) {
                Ke3 changed = Ke3.parse(flip(result.ke3().toByteArray(), index, 1));
                try (ServerLogin resumed = ServerLogin.resume(saved)) {
                    assertThatExceptionOfType(OpaqueException.class)
                            .isThrownBy(() -> resumed.finish(changed))
                            .extracting(OpaqueException::reason)
                            .isEqualTo(Reason.CLIENT_MAC);
                }
            }
        }
    }

    @Test
    void ke3_serverMacReflected_isRefused() throws Exception {
        try (ClientLogin clientLogin = account.client().startLogin(account.password());
                ServerLogin serverLogin = account.startServerLogin(clientLogin.ke1())) {
            Ke3 reflected = Ke3.parse(serverLogin.ke2().serverMac());
            assertThatExceptionOfType(OpaqueException.class)
                    .isThrownBy(() -> serverLogin.finish(reflected))
                    .extracting(OpaqueException::reason)
                    .isEqualTo(Reason.CLIENT_MAC);
        }
    }

    @Test
    void record_anyByteOfTheEnvelopeOrMaskingKeyChanged_isRefusedByTheClient() throws Exception {
        for (int index = 32; index < RegistrationRecord.BYTES; index++) {
            try (RegistrationRecord changed =
                            RegistrationRecord.parse(flip(account.record().toByteArray(), index, 1));
                    ClientLogin clientLogin = account.client().startLogin(account.password());
                    ServerLogin serverLogin =
                            account.startServerLogin(account.server(), changed, clientLogin.ke1(), Account.ALICE)) {
                assertThatExceptionOfType(OpaqueException.class)
                        .isThrownBy(() -> clientLogin.finish(serverLogin.ke2(), Account.ALICE, KsfParameters.DEFAULT))
                        .extracting(OpaqueException::reason)
                        .isEqualTo(Reason.ENVELOPE);
            }
        }
    }

    @Test
    void record_publicKeyOfAnotherClient_isRefusedByTheClient() throws Exception {
        try (Account other = new Account()) {
            byte[] mixed =
                    replace(account.record().toByteArray(), 0, other.record().toByteArray(), 0, 32);
            try (RegistrationRecord record = RegistrationRecord.parse(mixed);
                    ClientLogin clientLogin = account.client().startLogin(account.password());
                    ServerLogin serverLogin =
                            account.startServerLogin(account.server(), record, clientLogin.ke1(), Account.ALICE)) {
                assertThatExceptionOfType(OpaqueException.class)
                        .isThrownBy(() -> clientLogin.finish(serverLogin.ke2(), Account.ALICE, KsfParameters.DEFAULT))
                        .extracting(OpaqueException::reason)
                        .isEqualTo(Reason.SERVER_MAC);
            }
        }
    }

    @FunctionalInterface
    private interface Tampering {
        byte[] of(byte[] ke1, byte[] ke2);
    }

    @FunctionalInterface
    private interface Ke2Tampering {
        byte[] of(byte[] ke2);
    }

    private Reason refusalOf(Ke2Tampering tampering) {
        return refusalOf((ke1, ke2) -> tampering.of(ke2));
    }

    /** Why the client refuses a KE2 changed like that; fails if it doesn't. */
    private Reason refusalOf(Tampering tampering) {
        try (ClientLogin clientLogin = account.client().startLogin(account.password())) {
            OpaqueException refusal = catchThrowableOfType(OpaqueException.class, () -> {
                try (ServerLogin serverLogin = account.startServerLogin(clientLogin.ke1())) {
                    byte[] changed = tampering.of(
                            clientLogin.ke1().toByteArray(), serverLogin.ke2().toByteArray());
                    clientLogin
                            .finish(Ke2.parse(changed), Account.ALICE, KsfParameters.DEFAULT)
                            .close();
                }
            });
            assertThat(refusal).isNotNull();
            return refusal.reason();
        }
    }

    private static byte[] flip(byte[] message, int index, int bit) {
        byte[] changed = message.clone();
        changed[index] ^= (byte) bit;
        return changed;
    }

    private static byte[] replace(byte[] message, int at, byte[] source, int from, int length) {
        byte[] changed = message.clone();
        System.arraycopy(source, from, changed, at, length);
        return changed;
    }
}
