package dev.latchkey.opaque;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.latchkey.opaque.OpaqueException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LoginTest {

    private final SecureRandom random = new SecureRandom();
    private final Account account = new Account();

    @AfterEach
    void closeAccount() {
        account.close();
    }

    @Nested
    class RightPassword {

        private final ClientLogin clientLogin = account.client().startLogin(account.password());

        @AfterEach
        void closeLogin() {
            clientLogin.close();
        }

        @Test
        void login_bothSides_shareASessionKeyAndTheExportKeyIsThatOfTheRegistration() throws Exception {
            try (ServerLogin serverLogin = account.startServerLogin(clientLogin.ke1());
                    ClientLoginResult result = finish(serverLogin);
                    SecretBytes sessionKey = serverLogin.finish(result.ke3())) {
                assertThat(sessionKey.constantTimeEquals(result.sessionKey())).isTrue();
                assertThat(sessionKey.length()).isEqualTo(64);
                assertThat(result.exportKey().constantTimeEquals(account.exportKey()))
                        .isTrue();
                assertThat(result.serverPublicKey())
                        .isEqualTo(account.serverKeyPair().publicKey());
            }
        }

        @Test
        void login_again_sharesAnotherSessionKey() throws Exception {
            try (ServerLogin serverLogin = account.startServerLogin(clientLogin.ke1());
                    ClientLoginResult result = finish(serverLogin);
                    ClientLogin again = account.client().startLogin(account.password());
                    ServerLogin serverAgain = account.startServerLogin(again.ke1());
                    ClientLoginResult resultAgain =
                            again.finish(serverAgain.ke2(), Account.ALICE, KsfParameters.DEFAULT)) {
                assertThat(resultAgain.sessionKey().constantTimeEquals(result.sessionKey()))
                        .isFalse();
            }
        }

        @Test
        void login_savedAndResumedServerState_sharesTheSessionKey() throws Exception {
            try (ServerLogin serverLogin = account.startServerLogin(clientLogin.ke1());
                    ClientLoginResult result = finish(serverLogin);
                    SecretBytes saved = serverLogin.save();
                    ServerLogin resumed = ServerLogin.resume(saved);
                    SecretBytes sessionKey = resumed.finish(result.ke3())) {
                assertThat(saved.length()).isEqualTo(128);
                assertThat(sessionKey.constantTimeEquals(result.sessionKey())).isTrue();
            }
        }

        @Test
        void login_emptyPassword_works() throws Exception {
            try (SecretBytes empty = SecretBytes.allocate(0);
                    ClientRegistration registration = account.client().startRegistration(empty);
                    ClientRegistrationResult registered =
                            registration.finish(account.respond(registration), Account.ALICE, KsfParameters.DEFAULT);
                    ClientLogin login = account.client().startLogin(empty);
                    ServerLogin serverLogin = account.startServerLogin(
                            account.server(), registered.record(), login.ke1(), Account.ALICE);
                    ClientLoginResult result = login.finish(serverLogin.ke2(), Account.ALICE, KsfParameters.DEFAULT)) {
                serverLogin.finish(result.ke3()).close();
            }
        }

        @Test
        void clientFinish_secondTime_isRefused() throws Exception {
            try (ServerLogin serverLogin = account.startServerLogin(clientLogin.ke1())) {
                finish(serverLogin).close();
                assertThatIllegalStateException().isThrownBy(() -> finish(serverLogin));
            }
        }

        @Test
        void clientFinish_afterClose_isRefused() throws Exception {
            try (ServerLogin serverLogin = account.startServerLogin(clientLogin.ke1())) {
                clientLogin.close();
                assertThatIllegalStateException().isThrownBy(() -> finish(serverLogin));
            }
        }

        @Test
        void clientFinish_once_wipesPasswordBlindAndKeyshare() throws Exception {
            HeldSecrets held = HeldSecrets.of(clientLogin);
            assertThat(held.countNotWiped()).isEqualTo(3);
            try (ServerLogin serverLogin = account.startServerLogin(clientLogin.ke1())) {
                finish(serverLogin).close();
            }
            assertThat(held.countNotWiped()).isZero();
        }

        @Test
        void close_clientResult_wipesBothKeys() throws Exception {
            try (ServerLogin serverLogin = account.startServerLogin(clientLogin.ke1())) {
                ClientLoginResult result = finish(serverLogin);
                HeldSecrets held = HeldSecrets.of(result);
                assertThat(held.countNotWiped()).isEqualTo(2);
                result.close();
                assertThat(held.countNotWiped()).isZero();
            }
        }

        private ClientLoginResult finish(ServerLogin serverLogin) throws OpaqueException {
            return clientLogin.finish(serverLogin.ke2(), Account.ALICE, KsfParameters.DEFAULT);
        }
    }

    @Nested
    class ServerState {

        private final ClientLogin clientLogin = account.client().startLogin(account.password());
        private final ServerLogin serverLogin;
        private final ClientLoginResult result;

        ServerState() throws OpaqueException {
            serverLogin = account.startServerLogin(clientLogin.ke1());
            result = clientLogin.finish(serverLogin.ke2(), Account.ALICE, KsfParameters.DEFAULT);
        }

        @AfterEach
        void closeLogin() {
            result.close();
            serverLogin.close();
            clientLogin.close();
        }

        @Test
        void finish_secondTime_isRefused() throws Exception {
            serverLogin.finish(result.ke3()).close();
            assertThatIllegalStateException().isThrownBy(() -> serverLogin.finish(result.ke3()));
        }

        @Test
        void finish_afterAWrongKe3_isRefused() throws Exception {
            Ke3 wrong = Ke3.parse(new byte[Ke3.BYTES]);
            assertThatExceptionOfType(OpaqueException.class)
                    .isThrownBy(() -> serverLogin.finish(wrong))
                    .extracting(OpaqueException::reason)
                    .isEqualTo(Reason.CLIENT_MAC);
            assertThatIllegalStateException().isThrownBy(() -> serverLogin.finish(result.ke3()));
        }

        @Test
        void finish_afterSave_isRefused() {
            serverLogin.save().close();
            assertThatIllegalStateException().isThrownBy(() -> serverLogin.finish(result.ke3()));
            assertThatIllegalStateException().isThrownBy(serverLogin::save);
        }

        @Test
        void save_afterFinish_isRefused() throws Exception {
            serverLogin.finish(result.ke3()).close();
            assertThatIllegalStateException().isThrownBy(serverLogin::save);
        }

        @Test
        void ke2_resumedState_isRefused() {
            try (SecretBytes saved = serverLogin.save();
                    ServerLogin resumed = ServerLogin.resume(saved)) {
                assertThatIllegalStateException().isThrownBy(resumed::ke2);
            }
        }

        @Test
        void resume_anotherLength_isRefused() {
            try (SecretBytes state = SecretBytes.allocate(127)) {
                assertThatIllegalArgumentException().isThrownBy(() -> ServerLogin.resume(state));
            }
        }

        @Test
        void resume_savedStateClosedAfterwards_goesOn() throws Exception {
            SecretBytes saved = serverLogin.save();
            try (ServerLogin resumed = ServerLogin.resume(saved)) {
                saved.close();
                resumed.finish(result.ke3()).close();
            }
        }

        @Test
        void finishSaveOrClose_state_isWiped() throws Exception {
            HeldSecrets held = HeldSecrets.of(serverLogin);
            assertThat(held.countNotWiped()).isEqualTo(1);
            try (SecretBytes saved = serverLogin.save()) {
                assertThat(held.countNotWiped()).isZero();

                ServerLogin finished = ServerLogin.resume(saved);
                HeldSecrets heldByFinished = HeldSecrets.of(finished);
                finished.finish(result.ke3()).close();
                assertThat(heldByFinished.countNotWiped()).isZero();

                ServerLogin failed = ServerLogin.resume(saved);
                HeldSecrets heldByFailed = HeldSecrets.of(failed);
                assertThatExceptionOfType(OpaqueException.class)
                        .isThrownBy(() -> failed.finish(Ke3.parse(new byte[Ke3.BYTES])));
                assertThat(heldByFailed.countNotWiped()).isZero();
            }
        }
    }

    @Nested
    class SomethingElseThanAtRegistration {

        private final byte[] bob = "bob".getBytes(StandardCharsets.UTF_8);

        @Test
        void clientFinish_wrongPassword_isAnEnvelopeThatDoesNotOpen() throws Exception {
            try (SecretBytes wrong = Account.secret("correct horse battery stapler");
                    ClientLogin clientLogin = account.client().startLogin(wrong);
                    ServerLogin serverLogin = account.startServerLogin(clientLogin.ke1())) {
                assertRefused(clientLogin, serverLogin, Account.ALICE, Reason.ENVELOPE);
            }
        }

        @Test
        void clientFinish_wrongPassword_endsAndWipesTheState() throws Exception {
            try (SecretBytes wrong = Account.secret("wrong");
                    ClientLogin clientLogin = account.client().startLogin(wrong);
                    ServerLogin serverLogin = account.startServerLogin(clientLogin.ke1())) {
                HeldSecrets held = HeldSecrets.of(clientLogin);
                assertRefused(clientLogin, serverLogin, Account.ALICE, Reason.ENVELOPE);
                assertThat(held.countNotWiped()).isZero();
                assertThatIllegalStateException()
                        .isThrownBy(() -> clientLogin.finish(serverLogin.ke2(), Account.ALICE, KsfParameters.DEFAULT));
            }
        }

        @Test
        void clientFinish_unknownAccount_isAnEnvelopeThatDoesNotOpen() throws Exception {
            try (SecretBytes seed = SecretBytes.random(32, random);
                    SecretBytes maskingKey = SecretBytes.random(64, random);
                    RegistrationRecord fake = account.server().fakeRecord(seed, maskingKey);
                    ClientLogin clientLogin = account.client().startLogin(account.password());
                    ServerLogin serverLogin =
                            account.startServerLogin(account.server(), fake, clientLogin.ke1(), Account.ALICE)) {
                assertRefused(clientLogin, serverLogin, Account.ALICE, Reason.ENVELOPE);
            }
        }

        @Test
        void clientFinish_anotherClientIdentityAtTheClient_isAnEnvelopeThatDoesNotOpen() throws Exception {
            try (ClientLogin clientLogin = account.client().startLogin(account.password());
                    ServerLogin serverLogin = account.startServerLogin(clientLogin.ke1())) {
                assertRefused(clientLogin, serverLogin, Identities.ofClient(bob), Reason.ENVELOPE);
            }
        }

        @Test
        void clientFinish_anotherServerIdentityAtTheClient_isAnEnvelopeThatDoesNotOpen() throws Exception {
            Identities identities = Identities.of("alice".getBytes(StandardCharsets.UTF_8), bob);
            try (ClientLogin clientLogin = account.client().startLogin(account.password());
                    ServerLogin serverLogin = account.startServerLogin(clientLogin.ke1())) {
                assertRefused(clientLogin, serverLogin, identities, Reason.ENVELOPE);
            }
        }

        @Test
        void clientFinish_anotherIdentityAtTheServer_isAServerThatIsNotAuthenticated() throws Exception {
            try (ClientLogin clientLogin = account.client().startLogin(account.password());
                    ServerLogin serverLogin = account.startServerLogin(
                            account.server(), account.record(), clientLogin.ke1(), Identities.ofClient(bob))) {
                assertRefused(clientLogin, serverLogin, Account.ALICE, Reason.SERVER_MAC);
            }
        }

        @Test
        void clientFinish_anotherContextAtTheServer_isAServerThatIsNotAuthenticated() throws Exception {
            OpaqueServer other = new OpaqueServer(account.serverKeyPair(), random, new byte[] {1});
            try (ClientLogin clientLogin = account.client().startLogin(account.password());
                    ServerLogin serverLogin =
                            account.startServerLogin(other, account.record(), clientLogin.ke1(), Account.ALICE)) {
                assertRefused(clientLogin, serverLogin, Account.ALICE, Reason.SERVER_MAC);
            }
        }

        @Test
        void clientFinish_anotherServerKey_isAnEnvelopeThatDoesNotOpen() throws Exception {
            try (ServerKeyPair otherKeyPair = ServerKeyPair.generate(random);
                    ClientLogin clientLogin = account.client().startLogin(account.password());
                    ServerLogin serverLogin = account.startServerLogin(
                            new OpaqueServer(otherKeyPair, random),
                            account.record(),
                            clientLogin.ke1(),
                            Account.ALICE)) {
                assertRefused(clientLogin, serverLogin, Account.ALICE, Reason.ENVELOPE);
            }
        }

        @Test
        void clientFinish_otherKsfParameters_isAnEnvelopeThatDoesNotOpen() throws Exception {
            OpaqueClient client = new OpaqueClient(random);
            KsfParameters weak = new KsfParameters(8, 1, 1);
            try (ClientRegistration registration = client.startRegistration(account.password());
                    ClientRegistrationResult registered =
                            registration.finish(account.respond(registration), Account.ALICE, weak);
                    ClientLogin same = client.startLogin(account.password());
                    ServerLogin serverOfSame =
                            account.startServerLogin(account.server(), registered.record(), same.ke1(), Account.ALICE);
                    ClientLoginResult result = same.finish(serverOfSame.ke2(), Account.ALICE, weak);
                    ClientLogin other = client.startLogin(account.password());
                    ServerLogin serverOfOther = account.startServerLogin(
                            account.server(), registered.record(), other.ke1(), Account.ALICE)) {
                assertThat(result.exportKey().constantTimeEquals(registered.exportKey()))
                        .isTrue();
                assertThatExceptionOfType(OpaqueException.class)
                        .isThrownBy(() -> other.finish(serverOfOther.ke2(), Account.ALICE, new KsfParameters(8, 2, 1)))
                        .extracting(OpaqueException::reason)
                        .isEqualTo(Reason.ENVELOPE);
            }
        }

        private void assertRefused(
                ClientLogin clientLogin, ServerLogin serverLogin, Identities identities, Reason reason) {
            assertThatExceptionOfType(OpaqueException.class)
                    .isThrownBy(() -> clientLogin.finish(serverLogin.ke2(), identities, KsfParameters.DEFAULT))
                    .extracting(OpaqueException::reason)
                    .isEqualTo(reason);
        }
    }
}
