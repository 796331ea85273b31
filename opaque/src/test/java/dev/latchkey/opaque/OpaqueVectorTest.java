package dev.latchkey.opaque;

import static dev.latchkey.opaque.Vectors.bytes;
import static dev.latchkey.opaque.Vectors.bytesOrNull;
import static dev.latchkey.opaque.Vectors.secret;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.latchkey.opaque.oprf.OprfClient;
import dev.latchkey.opaque.ristretto.Scalar;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every figure of the ristretto255 vectors of RFC 9807: inputs, intermediate values and outputs, real and fake. */
class OpaqueVectorTest {

    private static final KeyStretching IDENTITY_KSF = (oprfOutput, parameters) -> oprfOutput.copy();

    static Stream<JsonObject> real() {
        return ofKind("real");
    }

    static Stream<JsonObject> fake() {
        return ofKind("fake");
    }

    private static Stream<JsonObject> ofKind(String kind) {
        return Vectors.objects(Vectors.load("rfc9807-ristretto255.json"), "vectors").stream()
                .filter(vector -> vector.get("kind").getAsString().equals(kind));
    }

    @Nested
    class RealVectors {

        @ParameterizedTest
        @MethodSource("dev.latchkey.opaque.OpaqueVectorTest#real")
        void registration_inputsOfTheRfc_givesItsMessagesAndExportKey(JsonObject vector) throws Exception {
            JsonObject inputs = vector.getAsJsonObject("inputs");
            JsonObject outputs = vector.getAsJsonObject("outputs");
            QueuedRandom clientRandom = new QueuedRandom()
                    .thenScalar(inputs.get("blind_registration").getAsString())
                    .then(inputs.get("envelope_nonce").getAsString());
            OpaqueClient client = new OpaqueClient(clientRandom, bytes(vector, "context"), IDENTITY_KSF);

            try (ServerKeyPair serverKeyPair = serverKeyPair(inputs);
                    SecretBytes password = secret(inputs, "password");
                    SecretBytes oprfSeed = secret(inputs, "oprf_seed");
                    ClientRegistration registration = client.startRegistration(password)) {
                byte[] request = registration.request().toByteArray();
                assertThat(request).isEqualTo(bytes(outputs, "registration_request"));

                RegistrationResponse response = new OpaqueServer(serverKeyPair, new QueuedRandom())
                        .respond(RegistrationRequest.parse(request), bytes(inputs, "credential_identifier"), oprfSeed);
                assertThat(response.toByteArray()).isEqualTo(bytes(outputs, "registration_response"));

                try (ClientRegistrationResult result = registration.finish(
                        RegistrationResponse.parse(response.toByteArray()),
                        identities(inputs),
                        KsfParameters.DEFAULT)) {
                    assertThat(result.record().toByteArray()).isEqualTo(bytes(outputs, "registration_upload"));
                    assertThat(result.exportKey().copyBytes()).isEqualTo(bytes(outputs, "export_key"));
                    assertThat(result.serverPublicKey()).isEqualTo(bytes(inputs, "server_public_key"));
                }
            }
            assertThat(clientRandom.isExhausted()).isTrue();
        }

        @ParameterizedTest
        @MethodSource("dev.latchkey.opaque.OpaqueVectorTest#real")
        void login_inputsOfTheRfc_givesItsMessagesAndKeys(JsonObject vector) throws Exception {
            JsonObject inputs = vector.getAsJsonObject("inputs");
            JsonObject outputs = vector.getAsJsonObject("outputs");
            QueuedRandom clientRandom = new QueuedRandom()
                    .thenScalar(inputs.get("blind_login").getAsString())
                    .then(inputs.get("client_nonce").getAsString())
                    .then(inputs.get("client_keyshare_seed").getAsString());
            QueuedRandom serverRandom = serverRandom(inputs);
            OpaqueClient client = new OpaqueClient(clientRandom, bytes(vector, "context"), IDENTITY_KSF);

            try (ServerKeyPair serverKeyPair = serverKeyPair(inputs);
                    SecretBytes password = secret(inputs, "password");
                    SecretBytes oprfSeed = secret(inputs, "oprf_seed");
                    RegistrationRecord record = RegistrationRecord.parse(bytes(outputs, "registration_upload"));
                    ClientLogin clientLogin = client.startLogin(password);
                    ServerLogin serverLogin = new OpaqueServer(serverKeyPair, serverRandom, bytes(vector, "context"))
                            .startLogin(
                                    record,
                                    Ke1.parse(bytes(outputs, "KE1")),
                                    bytes(inputs, "credential_identifier"),
                                    oprfSeed,
                                    identities(inputs))) {
                assertThat(clientLogin.ke1().toByteArray()).isEqualTo(bytes(outputs, "KE1"));
                assertThat(serverLogin.ke2().toByteArray()).isEqualTo(bytes(outputs, "KE2"));

                try (ClientLoginResult result = clientLogin.finish(
                                Ke2.parse(bytes(outputs, "KE2")), identities(inputs), KsfParameters.DEFAULT);
                        SecretBytes serverSessionKey = serverLogin.finish(Ke3.parse(bytes(outputs, "KE3")))) {
                    assertThat(result.ke3().toByteArray()).isEqualTo(bytes(outputs, "KE3"));
                    assertThat(result.sessionKey().copyBytes()).isEqualTo(bytes(outputs, "session_key"));
                    assertThat(result.exportKey().copyBytes()).isEqualTo(bytes(outputs, "export_key"));
                    assertThat(result.serverPublicKey()).isEqualTo(bytes(inputs, "server_public_key"));
                    assertThat(serverSessionKey.copyBytes()).isEqualTo(bytes(outputs, "session_key"));
                }
            }
            assertThat(clientRandom.isExhausted()).isTrue();
            assertThat(serverRandom.isExhausted()).isTrue();
        }

        @ParameterizedTest
        @MethodSource("dev.latchkey.opaque.OpaqueVectorTest#real")
        void registrationKeys_inputsOfTheRfc_areItsIntermediateValues(JsonObject vector) throws Exception {
            JsonObject inputs = vector.getAsJsonObject("inputs");
            JsonObject intermediates = vector.getAsJsonObject("intermediates");
            RegistrationResponse response =
                    RegistrationResponse.parse(bytes(vector.getAsJsonObject("outputs"), "registration_response"));
            QueuedRandom random = new QueuedRandom()
                    .thenScalar(inputs.get("blind_registration").getAsString());
            byte[] nonce = bytes(inputs, "envelope_nonce");

            try (SecretBytes oprfSeed = secret(inputs, "oprf_seed");
                    Scalar oprfKey = OpaqueServer.oprfKey(bytes(inputs, "credential_identifier"), oprfSeed);
                    SecretBytes password = secret(inputs, "password");
                    OprfClient oprf = OprfClient.blind(password, random);
                    SecretBytes oprfOutput = oprf.output(response.evaluatedElement());
                    RandomizedPassword randomizedPassword =
                            RandomizedPassword.of(oprfOutput, IDENTITY_KSF, KsfParameters.DEFAULT);
                    SecretBytes maskingKey = randomizedPassword.maskingKey();
                    SecretBytes authKey =
                            randomizedPassword.envelopeKey(nonce, Octets.ascii("AuthKey"), Hkdf.HASH_BYTES);
                    Envelope envelope = Envelope.store(
                            randomizedPassword, nonce, bytes(inputs, "server_public_key"), identities(inputs))) {
                assertThat(oprfKey.encode()).isEqualTo(bytes(intermediates, "oprf_key"));
                assertThat(randomizedPassword.prk().copyBytes()).isEqualTo(bytes(intermediates, "randomized_password"));
                assertThat(maskingKey.copyBytes()).isEqualTo(bytes(intermediates, "masking_key"));
                assertThat(authKey.copyBytes()).isEqualTo(bytes(intermediates, "auth_key"));
                assertThat(envelope.toByteArray()).isEqualTo(bytes(intermediates, "envelope"));
                assertThat(envelope.clientKeyPair().publicKey()).isEqualTo(bytes(intermediates, "client_public_key"));
            }
        }

        @ParameterizedTest
        @MethodSource("dev.latchkey.opaque.OpaqueVectorTest#real")
        void keySchedule_inputsOfTheRfc_givesItsIntermediateValues(JsonObject vector) throws Exception {
            JsonObject inputs = vector.getAsJsonObject("inputs");
            JsonObject intermediates = vector.getAsJsonObject("intermediates");
            JsonObject outputs = vector.getAsJsonObject("outputs");
            Ke1 ke1 = Ke1.parse(bytes(outputs, "KE1"));
            byte[] clientPublicKey = bytes(intermediates, "client_public_key");
            byte[] serverPublicKey = bytes(inputs, "server_public_key");
            Transcript transcript = Transcript.of(
                    bytes(vector, "context"),
                    identities(inputs).clientOr(clientPublicKey),
                    ke1,
                    identities(inputs).serverOr(serverPublicKey),
                    Ke2.parse(bytes(outputs, "KE2")).authenticatedPart());

            try (ServerKeyPair serverKeyPair = serverKeyPair(inputs);
                    SecretBytes keyshareSeed = secret(inputs, "server_keyshare_seed");
                    KeyPair keyshare = KeyPair.derive(keyshareSeed);
                    SecretBytes ikm = TripleDh.server(
                            keyshare,
                            serverKeyPair.keyPair(),
                            ke1.clientKeyshare(),
                            MessageReader.decodeElement(clientPublicKey));
                    SecretBytes prk = Hkdf.extract(new byte[0], ikm);
                    SecretBytes handshakeSecret = KeySchedule.deriveSecret(prk, "HandshakeSecret", transcript.hash());
                    SecretBytes serverMacKey = KeySchedule.deriveSecret(handshakeSecret, "ServerMAC", new byte[0]);
                    SecretBytes clientMacKey = KeySchedule.deriveSecret(handshakeSecret, "ClientMAC", new byte[0])) {
                assertThat(handshakeSecret.copyBytes()).isEqualTo(bytes(intermediates, "handshake_secret"));
                assertThat(serverMacKey.copyBytes()).isEqualTo(bytes(intermediates, "server_mac_key"));
                assertThat(clientMacKey.copyBytes()).isEqualTo(bytes(intermediates, "client_mac_key"));
            }
        }
    }

    @Nested
    class FakeVectors {

        @ParameterizedTest
        @MethodSource("dev.latchkey.opaque.OpaqueVectorTest#fake")
        void login_fakeRecordOfTheRfc_givesItsKe2(JsonObject vector) throws Exception {
            JsonObject inputs = vector.getAsJsonObject("inputs");
            QueuedRandom serverRandom = serverRandom(inputs);
            byte[] fakeRecord = Octets.concat(
                    bytes(inputs, "client_public_key"), bytes(inputs, "masking_key"), new byte[Envelope.BYTES]);

            try (ServerKeyPair serverKeyPair = serverKeyPair(inputs);
                    SecretBytes oprfSeed = secret(inputs, "oprf_seed");
                    RegistrationRecord record = RegistrationRecord.parse(fakeRecord);
                    ServerLogin login = new OpaqueServer(serverKeyPair, serverRandom, bytes(vector, "context"))
                            .startLogin(
                                    record,
                                    Ke1.parse(bytes(inputs, "KE1")),
                                    bytes(inputs, "credential_identifier"),
                                    oprfSeed,
                                    identities(inputs))) {
                assertThat(login.ke2().toByteArray()).isEqualTo(bytes(vector.getAsJsonObject("outputs"), "KE2"));
            }
            assertThat(serverRandom.isExhausted()).isTrue();
        }

        @ParameterizedTest
        @MethodSource("dev.latchkey.opaque.OpaqueVectorTest#fake")
        void clientKeyPair_privateKeyOfTheRfc_hasItsPublicKey(JsonObject vector) throws Exception {
            JsonObject inputs = vector.getAsJsonObject("inputs");
            try (KeyPair keyPair = KeyPair.takeOwnership(Scalar.decode(bytes(inputs, "client_private_key")))) {
                assertThat(keyPair.publicKey()).isEqualTo(bytes(inputs, "client_public_key"));
            }
        }

        @ParameterizedTest
        @MethodSource("dev.latchkey.opaque.OpaqueVectorTest#fake")
        void fakeRecord_anySeed_hasARealPublicKeyTheGivenMaskingKeyAndAnEmptyEnvelope(JsonObject vector)
                throws Exception {
            JsonObject inputs = vector.getAsJsonObject("inputs");
            try (ServerKeyPair serverKeyPair = serverKeyPair(inputs);
                    SecretBytes seed = secret(inputs, "client_keyshare_seed");
                    SecretBytes maskingKey = secret(inputs, "masking_key");
                    KeyPair expected = KeyPair.derive(seed);
                    RegistrationRecord record =
                            new OpaqueServer(serverKeyPair, new QueuedRandom()).fakeRecord(seed, maskingKey)) {
                byte[] bytes = record.toByteArray();
                assertThat(Arrays.copyOf(bytes, 32)).isEqualTo(expected.publicKey());
                assertThat(Arrays.copyOfRange(bytes, 32, 96)).isEqualTo(maskingKey.copyBytes());
                assertThat(Arrays.copyOfRange(bytes, 96, 192)).isEqualTo(new byte[96]);
                assertThat(RegistrationRecord.parse(bytes).toByteArray()).isEqualTo(bytes);
            }
        }
    }

    private static ServerKeyPair serverKeyPair(JsonObject inputs) throws OpaqueException {
        try (SecretBytes privateKey = secret(inputs, "server_private_key")) {
            ServerKeyPair keyPair = ServerKeyPair.of(privateKey);
            assertThat(keyPair.publicKey()).isEqualTo(bytes(inputs, "server_public_key"));
            return keyPair;
        }
    }

    private static QueuedRandom serverRandom(JsonObject inputs) {
        return new QueuedRandom()
                .then(inputs.get("masking_nonce").getAsString())
                .then(inputs.get("server_nonce").getAsString())
                .then(inputs.get("server_keyshare_seed").getAsString());
    }

    private static Identities identities(JsonObject inputs) {
        return Identities.of(bytesOrNull(inputs, "client_identity"), bytesOrNull(inputs, "server_identity"));
    }
}
