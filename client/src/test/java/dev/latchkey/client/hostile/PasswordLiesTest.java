package dev.latchkey.client.hostile;

import static dev.latchkey.client.hostile.HostileServer.ALICE;
import static dev.latchkey.client.hostile.HostileServer.BOB;
import static dev.latchkey.client.hostile.HostileServer.assertRefused;
import static dev.latchkey.client.hostile.HostileServer.flipped;
import static dev.latchkey.client.hostile.HostileServer.password;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.KeySession;
import dev.latchkey.opaque.ServerKeyPair;
import dev.latchkey.protocol.KsfPolicy;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.wire.KsfParameters;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that wants to learn something of the password from what the client does with crafted answers. */
final class PasswordLiesTest {

    private final HostileServer server = new HostileServer();
    private final Lies lies = server.lies();
    private final Password next = password("seven quiet otters at dusk");
    private KeyClient device;

    @BeforeEach
    void register() throws KeyClientException {
        device = server.newDevice();
        device.register(ALICE, server.password());
        try (KeySession session = server.logIn(device)) {
            assertThat(session.listAll()).isEmpty();
        }
        lies.heard().clear();
    }

    @AfterEach
    void close() {
        next.close();
        server.close();
    }

    private KeyClient deviceWithDefaultFloor() {
        return server.built(server.builder().ksfFloor(KsfPolicy.REGISTRATION_FLOOR));
    }

    private static KsfParameters ksf(int memoryKib, int iterations, int parallelism) {
        return KsfParameters.newBuilder()
                .setMemoryKib(memoryKib)
                .setIterations(iterations)
                .setParallelism(parallelism)
                .build();
    }

    @ParameterizedTest
    @CsvSource({"65535, 3, 4", "65536, 2, 4", "8, 1, 1", "19456, 2, 1"})
    void weaker_stretching_of_a_new_password_is_refused(int memoryKib, int iterations, int parallelism) {
        lies.ksf = honest -> ksf(memoryKib, iterations, parallelism);
        KeyClient strict = deviceWithDefaultFloor();

        assertRefused(Reason.WEAK_SERVER_PARAMETERS, () -> strict.register(BOB, server.password()));
        assertThat(lies.heard()).containsExactly("registration request");
    }

    @ParameterizedTest
    @CsvSource({"19455, 2, 1", "19456, 1, 1", "8, 1, 1"})
    void weaker_stretching_at_a_login_is_refused(int memoryKib, int iterations, int parallelism) {
        lies.ksf = honest -> ksf(memoryKib, iterations, parallelism);

        assertRefused(Reason.WEAK_SERVER_PARAMETERS, () -> server.logIn(device));
        assertThat(lies.heard()).containsExactly("KE1");
    }

    @ParameterizedTest
    @CsvSource({"19456, 2, 1", "65536, 2, 4"})
    void weaker_stretching_at_a_change_of_the_password_is_refused(int memoryKib, int iterations, int parallelism) {
        KsfParameters[] honestOnce = new KsfParameters[1];
        lies.ksf = honest -> {
            boolean atLogin = honestOnce[0] == null;
            honestOnce[0] = honest;
            return atLogin ? honest : ksf(memoryKib, iterations, parallelism);
        };
        KeyClient strict = deviceWithDefaultFloor();

        assertRefused(Reason.WEAK_SERVER_PARAMETERS, () -> strict.changePassword(ALICE, server.password(), next));
        assertThat(lies.heard()).doesNotContain("SUBMIT_NEW_RECORD");
    }

    @ParameterizedTest
    @CsvSource({
        "1048577, 2, 4", // more memory than any client takes
        "65536, 33, 4", // more work than any client takes
        "65536, 3, 17", // more lanes than any client takes
        "1048576, 3, 1", // memory and passes that are each allowed, and together too much
    })
    void exhausting_stretching_is_refused(int memoryKib, int iterations, int parallelism) {
        lies.ksf = honest -> ksf(memoryKib, iterations, parallelism);

        assertRefused(Reason.WEAK_SERVER_PARAMETERS, () -> server.logIn(device));
        assertRefused(Reason.WEAK_SERVER_PARAMETERS, () -> device.register(BOB, server.password()));
        assertThat(lies.heard()).containsExactly("KE1", "registration request");
    }

    @ParameterizedTest
    @CsvSource({"4194305, 3, 4", "65536, 4097, 4", "65536, 3, 256", "0, 0, 0"})
    void stretching_that_the_wire_does_not_carry_is_refused(int memoryKib, int iterations, int parallelism) {
        lies.ksf = honest -> ksf(memoryKib, iterations, parallelism);

        assertRefused(Reason.INTEGRITY, () -> server.logIn(device));
    }

    /** Each part of KE2 bent: the evaluated element, the masked response, the server's nonce, key share and proof. */
    static IntStream partsOfKe2() {
        return IntStream.of(0, 32, 64, 96, 128, 192, 224, 256, 319);
    }

    @ParameterizedTest
    @MethodSource("partsOfKe2")
    void bent_ke2_makes_the_client_say_nothing_more(int index) {
        lies.ke2 = (ke1, honest) -> flipped(honest, index);

        assertThat(catchThrowable(() -> server.logIn(device)))
                .isInstanceOfSatisfying(
                        KeyClientException.class,
                        e -> assertThat(e.reason()).isIn(Reason.WRONG_PASSWORD, Reason.INTEGRITY));
        assertThat(lies.heard()).containsExactly("KE1");
    }

    @Test
    void ke2_evaluated_under_another_key_makes_the_client_say_nothing_more() throws KeyClientException {
        KeyClient other = server.newDevice();
        other.register(BOB, server.password());
        List<ByteString> kept = new ArrayList<>();
        lies.ke2 = (ke1, honest) -> {
            kept.add(honest);
            return honest;
        };
        other.logIn(BOB, server.password()).close();
        lies.heard().clear();
        // The evaluation of the same password under another owner's key, before alice's own record, and all of KE2.
        for (BinaryOperator<ByteString> lie : List.<BinaryOperator<ByteString>>of(
                (ke1, honest) -> kept.get(0).substring(0, 32).concat(honest.substring(32)),
                (ke1, honest) -> kept.get(0))) {
            lies.ke2 = lie;
            assertRefused(Reason.WRONG_PASSWORD, () -> server.logIn(device));
        }
        assertThat(lies.heard()).containsExactly("KE1", "KE1");
    }

    @Test
    void ke2_of_an_earlier_login_is_refused() throws KeyClientException {
        List<ByteString> kept = new ArrayList<>();
        lies.ke2 = (ke1, honest) -> {
            kept.add(honest);
            return kept.get(0);
        };
        server.logIn(device).close();
        lies.heard().clear();

        assertRefused(Reason.WRONG_PASSWORD, () -> server.logIn(device));
        assertThat(lies.heard()).containsExactly("KE1");
    }

    /** Answers that say something about the blinded password if the client goes on: it given back, or no element. */
    static Stream<BinaryOperator<ByteString>> craftedEvaluations() {
        return Stream.of(
                (blinded, honest) -> blinded.substring(0, 32).concat(honest.substring(32)),
                (blinded, honest) -> ByteString.copyFrom(new byte[32]).concat(honest.substring(32)),
                (blinded, honest) -> flipped(honest, 31),
                (blinded, honest) -> honest.substring(0, honest.size() - 1),
                (blinded, honest) -> ByteString.EMPTY);
    }

    @ParameterizedTest
    @MethodSource("craftedEvaluations")
    void crafted_evaluation_at_a_login_makes_the_client_say_nothing_more(BinaryOperator<ByteString> lie) {
        lies.ke2 = lie;

        assertThat(catchThrowable(() -> server.logIn(device)))
                .isInstanceOfSatisfying(
                        KeyClientException.class,
                        e -> assertThat(e.reason()).isIn(Reason.WRONG_PASSWORD, Reason.INTEGRITY));
        assertThat(lies.heard()).containsExactly("KE1");
    }

    @Test
    void registration_response_that_gives_the_blinded_password_back_is_refused() {
        lies.registrationResponse =
                (blinded, honest) -> blinded.substring(0, 32).concat(honest.substring(32));

        assertRefused(Reason.INTEGRITY, () -> device.register(BOB, server.password()));
        assertRefused(Reason.INTEGRITY, () -> device.changePassword(ALICE, server.password(), next));
        assertThat(server.service().accounts()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 32})
    void registration_response_with_what_is_no_element_is_refused(int from) {
        lies.registrationResponse = (blinded, honest) -> honest.substring(0, from)
                .concat(ByteString.copyFrom(new byte[32]))
                .concat(honest.substring(from + 32));

        assertRefused(Reason.INTEGRITY, () -> device.register(BOB, server.password()));
        assertRefused(Reason.INTEGRITY, () -> device.changePassword(ALICE, server.password(), next));
        assertThat(lies.heard()).doesNotContain("SUBMIT_NEW_RECORD", "COMPLETE_PASSWORD_CHANGE");
    }

    @Test
    void other_evaluation_at_the_registration_than_at_its_login_is_refused() {
        lies.registrationResponse = (blinded, honest) -> blindedTwice(honest);

        assertRefused(Reason.INTEGRITY, () -> device.register(BOB, server.password()));
        assertRefused(Reason.INTEGRITY, () -> device.changePassword(ALICE, server.password(), next));
        assertThat(lies.heard()).doesNotContain("COMPLETE_PASSWORD_CHANGE", "COMPLETE_REGISTRATION");
        assertThat(server.service().accounts()).isEqualTo(1);
    }

    /** Another good element in the place of the evaluation: the server's own public key. */
    private static ByteString blindedTwice(ByteString honest) {
        return honest.substring(32).concat(honest.substring(32));
    }

    @Test
    void other_server_key_in_a_change_of_the_password_is_refused() throws KeyClientException {
        ServerKeyPair other = ServerKeyPair.generate(new SecureRandom());
        lies.keyPairOfRegistration = honest -> other;
        lies.registrationResponse = (blinded, honest) -> {
            // From here on the server shows the other key everywhere.
            lies.keyPairOfLogin = key -> other;
            return honest;
        };

        assertRefused(Reason.INTEGRITY, () -> device.changePassword(ALICE, server.password(), next));
        assertThat(lies.heard()).doesNotContain("COMPLETE_PASSWORD_CHANGE");
        lies.beHonest();
        server.logIn(device).close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 40, 100, 200, 319})
    void bent_ke2_in_a_change_of_the_password_is_refused(int index) throws KeyClientException {
        int[] seen = new int[1];
        lies.ke2 = (ke1, honest) -> seen[0]++ == 0 ? honest : flipped(honest, index);

        assertRefused(Reason.INTEGRITY, () -> device.changePassword(ALICE, server.password(), next));
        assertThat(lies.heard()).doesNotContain("COMPLETE_PASSWORD_CHANGE");
        lies.beHonest();
        server.logIn(device).close();
    }

    @Test
    void storage_key_that_does_not_open_is_answered_alike_whatever_it_is() {
        List<String> heard = new ArrayList<>();
        for (int index : new int[] {0, 1, 33, 45, 92}) {
            lies.storageKey = honest -> flipped(honest, index);
            assertRefused(Reason.INTEGRITY, () -> server.logIn(device));
            heard.add(String.join(" ", lies.heard()));
            lies.heard().clear();
        }

        assertThat(heard).containsOnly("KE1 KE3 RETRIEVE_STORAGE_KEY CLOSE_SESSION");
    }
}
