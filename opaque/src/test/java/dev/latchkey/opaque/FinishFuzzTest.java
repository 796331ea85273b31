package dev.latchkey.opaque;

import static dev.latchkey.opaque.Vectors.bytes;
import static dev.latchkey.opaque.Vectors.secret;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.gson.JsonObject;
import dev.latchkey.opaque.OpaqueException.Reason;
import java.util.Arrays;

/**
 * What each side does with a message changed by the fuzzer, from the state of the first vector of RFC 9807. The input is
 * what is exclusive-ored onto the honest message, so that any change is near at hand and an empty input is none.
 */
class FinishFuzzTest {

    private static final JsonObject VECTOR = Vectors.objects(Vectors.load("rfc9807-ristretto255.json"), "vectors")
            .get(0);
    private static final JsonObject INPUTS = VECTOR.getAsJsonObject("inputs");
    private static final JsonObject OUTPUTS = VECTOR.getAsJsonObject("outputs");

    @FuzzTest
    void clientRegistration(byte[] change) throws OpaqueException {
        byte[] honest = bytes(OUTPUTS, "registration_response");
        byte[] changed = exclusiveOr(honest, change);
        QueuedRandom random = new QueuedRandom()
                .thenScalar(INPUTS.get("blind_registration").getAsString())
                .then(INPUTS.get("envelope_nonce").getAsString());
        try (SecretBytes password = secret(INPUTS, "password");
                ClientRegistration registration = client(random).startRegistration(password);
                ClientRegistrationResult result = registration.finish(
                        RegistrationResponse.parse(changed), Identities.none(), KsfParameters.DEFAULT)) {
            // The answer carries no proof, so a changed one that is well formed gives another record.
            assertThat(Arrays.equals(result.record().toByteArray(), bytes(OUTPUTS, "registration_upload")))
                    .isEqualTo(Arrays.equals(changed, honest));
            RegistrationRecord.parse(result.record().toByteArray()).close();
        } catch (OpaqueException e) {
            assertThat(changed).isNotEqualTo(honest);
            assertThat(e.reason()).isIn(Reason.MALFORMED, Reason.REFLECTED);
        }
    }

    @FuzzTest
    void clientLogin(byte[] change) {
        byte[] honest = bytes(OUTPUTS, "KE2");
        byte[] changed = exclusiveOr(honest, change);
        QueuedRandom random = new QueuedRandom()
                .thenScalar(INPUTS.get("blind_login").getAsString())
                .then(INPUTS.get("client_nonce").getAsString())
                .then(INPUTS.get("client_keyshare_seed").getAsString());
        try (SecretBytes password = secret(INPUTS, "password");
                ClientLogin login = client(random).startLogin(password);
                ClientLoginResult result = login.finish(Ke2.parse(changed), Identities.none(), KsfParameters.DEFAULT)) {
            assertThat(changed).isEqualTo(honest);
            assertThat(result.sessionKey().copyBytes()).isEqualTo(bytes(OUTPUTS, "session_key"));
        } catch (OpaqueException e) {
            assertThat(changed).isNotEqualTo(honest);
            assertThat(e.reason()).isNotEqualTo(Reason.CLIENT_MAC);
        }
    }

    @FuzzTest
    void serverStart(byte[] change) {
        byte[] honest = bytes(OUTPUTS, "KE1");
        byte[] changed = exclusiveOr(honest, change);
        QueuedRandom random = new QueuedRandom()
                .then(INPUTS.get("masking_nonce").getAsString())
                .then(INPUTS.get("server_nonce").getAsString())
                .then(INPUTS.get("server_keyshare_seed").getAsString());
        try (SecretBytes privateKey = secret(INPUTS, "server_private_key");
                ServerKeyPair keyPair = ServerKeyPair.of(privateKey);
                SecretBytes oprfSeed = secret(INPUTS, "oprf_seed");
                RegistrationRecord record = RegistrationRecord.parse(bytes(OUTPUTS, "registration_upload"));
                ServerLogin login = new OpaqueServer(keyPair, random, bytes(VECTOR, "context"))
                        .startLogin(
                                record,
                                Ke1.parse(changed),
                                bytes(INPUTS, "credential_identifier"),
                                oprfSeed,
                                Identities.none())) {
            byte[] ke2 = login.ke2().toByteArray();
            assertThat(Arrays.equals(ke2, bytes(OUTPUTS, "KE2"))).isEqualTo(Arrays.equals(changed, honest));
            assertThat(Ke2.parse(ke2).toByteArray()).isEqualTo(ke2);
        } catch (OpaqueException e) {
            assertThat(changed).isNotEqualTo(honest);
            assertThat(e.reason()).isEqualTo(Reason.MALFORMED);
        }
    }

    @FuzzTest
    void serverFinish(byte[] change) {
        byte[] honest = bytes(OUTPUTS, "KE3");
        byte[] changed = exclusiveOr(honest, change);
        byte[] state = Octets.concat(honest, bytes(OUTPUTS, "session_key"));
        try (SecretBytes saved = SecretBytes.takeOwnership(state);
                ServerLogin login = ServerLogin.resume(saved);
                SecretBytes sessionKey = login.finish(Ke3.parse(changed))) {
            assertThat(changed).isEqualTo(honest);
            assertThat(sessionKey.copyBytes()).isEqualTo(bytes(OUTPUTS, "session_key"));
        } catch (OpaqueException e) {
            assertThat(changed).isNotEqualTo(honest);
            assertThat(e.reason()).isEqualTo(Reason.CLIENT_MAC);
        }
    }

    private static OpaqueClient client(QueuedRandom random) {
        return new OpaqueClient(random, bytes(VECTOR, "context"), Account.IDENTITY_KSF);
    }

    private static byte[] exclusiveOr(byte[] message, byte[] change) {
        byte[] changed = message.clone();
        for (int i = 0; i < Math.min(changed.length, change.length); i++) {
            changed[i] ^= change[i];
        }
        return changed;
    }
}
