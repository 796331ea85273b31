package dev.latchkey.opaque;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.latchkey.opaque.OpaqueException.Reason;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RegistrationTest {

    private final Account account = new Account();

    @AfterEach
    void closeAccount() {
        account.close();
    }

    @Nested
    class StartedRegistration {

        private final ClientRegistration registration = account.client().startRegistration(account.password());

        @AfterEach
        void closeRegistration() {
            registration.close();
        }

        @Test
        void request_samePassword_isAnotherEachTime() {
            try (ClientRegistration other = account.client().startRegistration(account.password())) {
                assertThat(other.request().toByteArray())
                        .isNotEqualTo(registration.request().toByteArray());
            }
        }

        @Test
        void finish_samePasswordAgain_givesOtherKeysButTheSameServerKey() throws Exception {
            try (ClientRegistrationResult result = finish()) {
                assertThat(result.exportKey().constantTimeEquals(account.exportKey()))
                        .isFalse();
                assertThat(result.record().toByteArray())
                        .isNotEqualTo(account.record().toByteArray());
                assertThat(result.serverPublicKey())
                        .isEqualTo(account.serverKeyPair().publicKey());
            }
        }

        @Test
        void finish_secondTime_isRefused() throws Exception {
            finish().close();
            assertThatIllegalStateException().isThrownBy(this::finish);
        }

        @Test
        void finish_afterClose_isRefused() {
            registration.close();
            assertThatIllegalStateException().isThrownBy(this::finish);
        }

        @Test
        void finish_once_wipesPasswordAndBlind() throws Exception {
            HeldSecrets held = HeldSecrets.of(registration);
            assertThat(held.countNotWiped()).isEqualTo(2);
            finish().close();
            assertThat(held.countNotWiped()).isZero();
        }

        @Test
        void close_unfinished_wipesPasswordAndBlind() {
            HeldSecrets held = HeldSecrets.of(registration);
            registration.close();
            assertThat(held.countNotWiped()).isZero();
        }

        @Test
        void finish_requestReflected_isRefusedAndEndsTheState() throws Exception {
            HeldSecrets held = HeldSecrets.of(registration);
            RegistrationResponse reflected = RegistrationResponse.parse(Octets.concat(
                    registration.request().toByteArray(),
                    account.serverKeyPair().publicKey()));
            assertThatExceptionOfType(OpaqueException.class)
                    .isThrownBy(() -> registration.finish(reflected, Account.ALICE, KsfParameters.DEFAULT))
                    .extracting(OpaqueException::reason)
                    .isEqualTo(Reason.REFLECTED);
            assertThatIllegalStateException().isThrownBy(this::finish);
            assertThat(held.countNotWiped()).isZero();
        }

        private ClientRegistrationResult finish() throws OpaqueException {
            return registration.finish(account.respond(registration), Account.ALICE, KsfParameters.DEFAULT);
        }
    }

    @Nested
    class FinishedRegistration {

        @Test
        void close_result_wipesRecordAndExportKey() throws Exception {
            try (ClientRegistration registration = account.client().startRegistration(account.password())) {
                ClientRegistrationResult result =
                        registration.finish(account.respond(registration), Account.ALICE, KsfParameters.DEFAULT);
                HeldSecrets held = HeldSecrets.of(result);
                assertThat(held.countNotWiped()).isEqualTo(2);
                result.close();
                assertThat(held.countNotWiped()).isZero();
            }
        }

        @Test
        void finish_stretching_getsTheParametersAndItsSecretsAreWiped() throws Exception {
            List<Object> secrets = new ArrayList<>();
            KsfParameters parameters = new KsfParameters(64, 2, 8);
            OpaqueClient client = new OpaqueClient(new SecureRandom(), new byte[0], (oprfOutput, given) -> {
                assertThat(given).isEqualTo(parameters);
                SecretBytes stretched = oprfOutput.copy();
                secrets.add(oprfOutput);
                secrets.add(stretched);
                return stretched;
            });
            try (ClientRegistration registration = client.startRegistration(account.password())) {
                registration
                        .finish(account.respond(registration), Account.ALICE, parameters)
                        .close();
            }
            HeldSecrets held = HeldSecrets.of(secrets.toArray());
            assertThat(held.count()).isEqualTo(2);
            assertThat(held.countNotWiped()).isZero();
        }
    }

    @Test
    void startRegistration_passwordClosedAfterwards_goesOn() throws Exception {
        SecretBytes password = Account.secret("another");
        try (ClientRegistration registration = account.client().startRegistration(password)) {
            password.close();
            registration
                    .finish(account.respond(registration), Account.ALICE, KsfParameters.DEFAULT)
                    .close();
        }
    }

    @Test
    void startRegistration_passwordTooLong_isRefused() {
        try (SecretBytes password = SecretBytes.allocate(65536)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> account.client().startRegistration(password));
        }
    }

    @Test
    void respond_oprfSeedOfAnotherLength_isRefused() {
        try (SecretBytes seed = SecretBytes.allocate(63);
                ClientRegistration registration = account.client().startRegistration(account.password())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> account.server().respond(registration.request(), new byte[1], seed));
        }
    }

    @Test
    void fakeRecord_lengthsOutsideTheStandard_areRefused() {
        try (SecretBytes seed = SecretBytes.allocate(32);
                SecretBytes shortSeed = SecretBytes.allocate(31);
                SecretBytes maskingKey = SecretBytes.allocate(64);
                SecretBytes longMaskingKey = SecretBytes.allocate(65)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> account.server().fakeRecord(shortSeed, maskingKey));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> account.server().fakeRecord(seed, longMaskingKey));
        }
    }

    @Test
    void roles_contextTooLong_isRefused() {
        SecureRandom random = new SecureRandom();
        byte[] context = new byte[65536];
        assertThatIllegalArgumentException().isThrownBy(() -> new OpaqueClient(random, context));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OpaqueServer(account.serverKeyPair(), random, context));
    }
}
