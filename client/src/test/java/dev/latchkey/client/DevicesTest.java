package dev.latchkey.client;

import static dev.latchkey.client.Loopback.name;
import static dev.latchkey.client.Loopback.password;
import static dev.latchkey.client.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.testserver.Steps;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.DeviceName;
import dev.latchkey.protocol.InvalidInputException;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Request.OperationCase;
import dev.latchkey.protocol.wire.Response;
import io.grpc.Status;
import io.grpc.StatusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a device comes to hold a ticket and keeps it, and what an owner sees of devices and sessions. */
final class DevicesTest {

    @TempDir
    private Path folder;

    private final LossySteps steps = new LossySteps();
    private final Loopback loopback = Loopback.with(steps);
    private final Password password = password("correct horse battery staple");

    /** Loses the next answer to one operation, and tells what was asked. */
    private static final class LossySteps extends Steps {

        private final List<OperationCase> asked = new ArrayList<>();
        private OperationCase lost;

        @Override
        protected void beforeCarryingOut(Request request) {
            asked.add(request.getOperationCase());
        }

        @Override
        protected Response answer(Request request, Response honest) throws StatusException {
            if (request.getOperationCase() == lost) {
                lost = null;
                throw Status.UNAVAILABLE.asException();
            }
            return honest;
        }
    }

    @BeforeEach
    void register() throws KeyClientException {
        loopback.newClient().register(name("alice"), password);
    }

    @AfterEach
    void close() {
        password.close();
        loopback.close();
    }

    private static DeviceName deviceName(String text) {
        try {
            return DeviceName.of(text);
        } catch (InvalidInputException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private KeySession logIn(String device) throws KeyClientException {
        return loopback.newClient(
                        loopback.builder().memory(folder.resolve(device)).deviceName(deviceName(device)))
                .logIn(name("alice"), password);
    }

    private KeySession logInForgetful() throws KeyClientException {
        return loopback.newClient().logIn(name("alice"), password);
    }

    private Path file(String device) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(device))) {
            return files.filter(path -> path.toString().endsWith(".ticket"))
                    .findAny()
                    .orElseThrow();
        }
    }

    private long registrations() {
        return steps.asked.stream()
                .filter(OperationCase.REGISTER_DEVICE::equals)
                .count();
    }

    private DeviceId idOf(String device) throws KeyClientException {
        try (KeySession session = logIn(device)) {
            return session.devices().stream()
                    .filter(DeviceSummary::current)
                    .findAny()
                    .orElseThrow()
                    .id();
        }
    }

    @Nested
    final class A_device_that_remembers {

        @Test
        void gets_a_ticket_at_its_first_login_and_shows_it_at_the_next() throws KeyClientException {
            try (KeySession first = logIn("laptop")) {
                assertThat(first.facts().device()).isEmpty();
            }
            try (KeySession second = logIn("laptop")) {
                assertThat(second.facts().device()).isPresent();
                assertThat(second.devices()).singleElement().satisfies(device -> {
                    assertThat(device.id()).isEqualTo(second.facts().device().orElseThrow());
                    assertThat(device.name()).isEqualTo(deviceName("laptop"));
                    assertThat(device.current()).isTrue();
                });
            }
            assertThat(registrations()).isEqualTo(1);
        }

        @Test
        void keeps_it_in_a_file_of_its_owner_that_tells_no_name() throws Exception {
            logIn("laptop").close();

            Path file = file("laptop");
            assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
            assertThat(file.getFileName().toString()).matches("[0-9a-f]{32}\\.ticket");
        }

        @Test
        void whose_file_is_damaged_anywhere_logs_in_and_gets_another_ticket() throws Exception {
            logIn("laptop").close();
            byte[] good = Files.readAllBytes(file("laptop"));
            for (int at : new int[] {0, 20, good.length - 70, good.length - 40, good.length - 1}) {
                byte[] bad = good.clone();
                bad[at] ^= 1;
                Files.write(file("laptop"), bad);

                logIn("laptop").close();

                assertThat(Files.readAllBytes(file("laptop"))).isNotEqualTo(bad);
                try (KeySession session = logIn("laptop")) {
                    assertThat(session.facts().device()).as("damaged at " + at).isPresent();
                }
            }
            Files.write(file("laptop"), Arrays.copyOf(good, good.length - 1));
            logIn("laptop").close();
            try (KeySession session = logIn("laptop")) {
                assertThat(session.facts().device()).as("cut").isPresent();
            }
        }

        @Test
        void whose_file_is_anothers_logs_in_and_gets_a_ticket_of_its_own() throws Exception {
            loopback.newClient().register(name("bob"), password);
            loopback.newClient(loopback.builder().memory(folder.resolve("bobs")))
                    .logIn(name("bob"), password)
                    .close();
            logIn("laptop").close();
            byte[] own = Files.readAllBytes(file("laptop"));
            Files.write(file("laptop"), Files.readAllBytes(file("bobs")));

            logIn("laptop").close();

            assertThat(Files.readAllBytes(file("laptop"))).hasSameSizeAs(own).isNotEqualTo(own);
            assertThat(registrations()).isEqualTo(3);
        }

        @Test
        void without_a_place_for_its_ticket_logs_in_and_asks_for_none() throws Exception {
            logIn("laptop").close();
            Path file = file("laptop");
            Files.delete(file);
            Files.createDirectories(file.resolve("in the way"));

            try (KeySession session = logIn("laptop")) {
                assertThat(session.history()).isEqualTo(History.EXTENDS_WHAT_WAS_SEEN);
                assertThat(session.devices()).extracting(DeviceSummary::current).containsExactly(false);
            }

            assertThat(registrations()).isEqualTo(1);
        }

        @Test
        void whose_answer_was_lost_asks_again_under_the_same_id() throws KeyClientException {
            steps.lost = OperationCase.REGISTER_DEVICE;

            logIn("laptop").close();

            try (KeySession session = logIn("laptop")) {
                assertThat(session.facts().device()).isPresent();
                assertThat(session.devices()).hasSize(1);
            }
            assertThat(registrations()).isEqualTo(2);
        }

        @Test
        void after_a_change_of_the_password_gets_another_ticket_and_stays_the_same_device() throws Exception {
            DeviceId before = idOf("laptop");
            try (Password next = password("another password")) {
                loopback.newClient(loopback.builder().memory(folder.resolve("laptop")))
                        .changePassword(name("alice"), password, next);
                try (KeySession session = loopback.newClient(loopback.builder().memory(folder.resolve("laptop")))
                        .logIn(name("alice"), next)) {
                    assertThat(session.facts().device()).isEmpty();
                    assertThat(session.devices()).extracting(DeviceSummary::id).containsExactly(before);
                }
            }
        }

        @Test
        void that_was_revoked_gets_another_ticket() throws KeyClientException {
            DeviceId laptop = idOf("laptop");
            try (KeySession session = logIn("phone")) {
                session.revokeDevice(laptop);
            }

            try (KeySession session = logIn("laptop")) {
                assertThat(session.facts().device()).isEmpty();
                assertThat(session.devices()).extracting(DeviceSummary::id).contains(laptop);
            }
        }

        @Test
        void forgets_its_ticket_with_the_account() throws Exception {
            logIn("laptop").close();
            Path file = file("laptop");

            loopback.newClient(loopback.builder().memory(folder.resolve("laptop")))
                    .deleteAccount(name("alice"), password);

            assertThat(file).doesNotExist();
        }

        @Test
        void has_the_name_of_its_host_unless_it_is_given_one() throws KeyClientException {
            try (KeySession session = loopback.newClient(loopback.builder().memory(folder.resolve("laptop")))
                    .logIn(name("alice"), password)) {
                assertThat(session.devices().get(0).name()).isEqualTo(HostName.asDeviceName());
            }
            assertThat(HostName.asDeviceName("a".repeat(70)).value()).isEqualTo("a".repeat(64));
            assertThat(HostName.asDeviceName("a\u001b[2J").value()).isEqualTo("unnamed device");
            assertThat(HostName.asDeviceName("").value()).isEqualTo("unnamed device");
        }
    }

    @Test
    void device_that_remembers_nothing_asks_for_no_ticket() throws KeyClientException {
        try (KeySession session = logInForgetful()) {
            assertThat(session.devices()).isEmpty();
        }

        assertThat(registrations()).isZero();
    }

    @Nested
    final class Devices {

        @Test
        void are_listed_with_the_oldest_ticket_first() throws KeyClientException {
            logIn("laptop").close();
            try (KeySession session = logIn("phone")) {
                assertThat(session.devices())
                        .extracting(device -> device.name().value())
                        .containsExactly("laptop", "phone");
                assertThat(session.devices()).extracting(DeviceSummary::current).containsExactly(false, true);
            }
        }

        @Test
        void all_others_are_revoked_and_counted() throws KeyClientException {
            logIn("laptop").close();
            logIn("tablet").close();
            try (KeySession session = logIn("phone")) {
                assertThat(session.revokeOtherDevices()).isEqualTo(2);
                assertThat(session.devices()).extracting(DeviceSummary::current).containsExactly(true);
                assertThat(session.revokeOtherDevices()).isZero();
            }
        }

        @Test
        void ninth_takes_the_place_of_another() throws KeyClientException {
            for (int i = 0; i < 9; i++) {
                logIn("device-" + i).close();
            }
            try (KeySession session = logIn("device-8")) {
                assertThat(session.devices()).hasSize(8);
            }
        }

        @Test
        void that_are_not_there_are_not_found() throws KeyClientException {
            try (KeySession session = logIn("laptop")) {
                assertRefused(Reason.NOT_FOUND, () -> session.revokeDevice(DeviceId.of(new byte[16])));
            }
        }

        @Test
        void revocation_whose_answer_was_lost_is_done() throws KeyClientException {
            DeviceId laptop = idOf("laptop");
            try (KeySession session = logIn("phone")) {
                steps.lost = OperationCase.REVOKE_DEVICES;

                session.revokeDevice(laptop);

                assertThat(session.devices()).extracting(DeviceSummary::id).doesNotContain(laptop);
            }
        }
    }

    @Nested
    final class Sessions {

        @Test
        void are_listed_with_their_devices() throws KeyClientException {
            DeviceId laptop = idOf("laptop");
            try (KeySession stranger = logInForgetful();
                    KeySession session = logIn("laptop")) {
                List<SessionSummary> sessions = session.sessions();

                assertThat(sessions).extracting(SessionSummary::current).containsExactly(false, true);
                assertThat(sessions.get(0).device()).isEmpty();
                assertThat(sessions.get(1).device()).contains(laptop);
                assertThat(sessions).extracting(SessionSummary::use).containsOnly(SessionSummary.Use.SECRETS);
                assertThat(stranger.sessions())
                        .extracting(SessionSummary::current)
                        .containsExactly(true, false);
            }
        }

        @Test
        void are_closed_from_another() throws KeyClientException {
            try (KeySession other = logInForgetful();
                    KeySession session = logInForgetful()) {
                session.closeSession(session.sessions().get(0).id());

                assertRefused(Reason.SESSION_ENDED, other::listAll);
                assertThat(session.sessions()).hasSize(1);
            }
        }

        @Test
        void all_others_are_closed_and_counted() throws KeyClientException {
            try (KeySession first = logInForgetful();
                    KeySession second = logInForgetful();
                    KeySession session = logInForgetful()) {
                assertThat(session.closeOtherSessions()).isEqualTo(2);

                assertRefused(Reason.SESSION_ENDED, first::listAll);
                assertRefused(Reason.SESSION_ENDED, second::listAll);
                assertThat(session.closeOtherSessions()).isZero();
            }
        }

        @Test
        void closing_whose_answer_was_lost_is_done() throws KeyClientException {
            try (KeySession other = logInForgetful();
                    KeySession session = logInForgetful()) {
                SessionId id = session.sessions().get(0).id();
                steps.lost = OperationCase.CLOSE_SESSIONS;

                session.closeSession(id);

                assertRefused(Reason.SESSION_ENDED, other::listAll);
            }
        }

        @Test
        void that_are_not_open_are_not_found_and_the_own_one_is_a_callers_bug() throws KeyClientException {
            try (KeySession session = logInForgetful()) {
                SessionId own = session.sessions().get(0).id();

                assertRefused(Reason.NOT_FOUND, () -> session.closeSession(SessionId.of(new byte[16])));
                assertThatIllegalArgumentException().isThrownBy(() -> session.closeSession(own));
            }
        }
    }
}
