package dev.latchkey.client.hostile;

import static dev.latchkey.client.hostile.HostileServer.ALICE;
import static dev.latchkey.client.hostile.HostileServer.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.latchkey.client.DeviceSummary;
import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.SessionSummary;
import dev.latchkey.client.testserver.Snapshot;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.DeviceObject;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.wire.DevicesListed;
import dev.latchkey.protocol.wire.Failure;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.ListedDevice;
import dev.latchkey.protocol.wire.Request.OperationCase;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.SessionsListed;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A server that lies about the devices and the sessions of an account. */
final class DeviceLiesTest {

    private static final Response NOT_FOUND = Response.newBuilder()
            .setFailure(Failure.newBuilder().setCode(FailureCode.FAILURE_CODE_NOT_FOUND))
            .build();

    private final HostileServer server = new HostileServer();
    private final Lies lies = server.lies();
    private KeySession session;

    @BeforeEach
    void enrolTwoDevices() throws KeyClientException {
        server.alice();
        session = server.logIn(server.newDevice());
        assertThat(session.devices()).hasSize(2);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private void list(UnaryOperator<DevicesListed.Builder> lie) {
        lies.answer = (request, honest) -> honest.hasDevicesListed()
                ? Response.newBuilder()
                        .setDevicesListed(lie.apply(honest.getDevicesListed().toBuilder()))
                        .build()
                : honest;
    }

    private void sessions(UnaryOperator<SessionsListed.Builder> lie) {
        lies.answer = (request, honest) -> honest.hasSessionsListed()
                ? Response.newBuilder()
                        .setSessionsListed(lie.apply(honest.getSessionsListed().toBuilder()))
                        .build()
                : honest;
    }

    private DeviceId otherDevice() throws KeyClientException {
        return session.devices().stream()
                .filter(device -> !device.current())
                .findAny()
                .orElseThrow()
                .id();
    }

    static Stream<UnaryOperator<DevicesListed.Builder>> bentLists() {
        return Stream.of(
                list -> list.removeDevices(0),
                DevicesListed.Builder::clearDevices,
                list -> list.addDevices(list.getDevices(0)),
                list -> list.setDevices(1, list.getDevices(0)),
                list -> list.addDevices(list.getDevices(0).toBuilder().setDeviceId(ByteString.copyFrom(new byte[16]))),
                list -> list.setDevices(0, named(list.getDevices(0), list.getDevices(1)))
                        .setDevices(1, named(list.getDevices(1), list.getDevices(0))),
                list -> list.setDevices(
                        0,
                        list.getDevices(0).toBuilder()
                                .setSealedName(
                                        HostileServer.flipped(list.getDevices(0).getSealedName(), 20))));
    }

    private static ListedDevice named(ListedDevice device, ListedDevice like) {
        return device.toBuilder().setSealedName(like.getSealedName()).build();
    }

    @ParameterizedTest
    @MethodSource("bentLists")
    void device_hidden_made_up_or_exchanged_is_noticed(UnaryOperator<DevicesListed.Builder> lie)
            throws KeyClientException {
        list(lie);

        assertRefused(Reason.INTEGRITY, () -> session.devices());
        lies.beHonest();
        assertThat(session.devices()).hasSize(2);
    }

    @Test
    void revoked_device_that_is_still_listed_is_noticed() throws KeyClientException {
        List<ListedDevice> before = new ArrayList<>();
        list(honest -> {
            before.addAll(honest.getDevicesList());
            return honest;
        });
        session.revokeDevice(otherDevice());
        list(honest -> honest.clearDevices().addAllDevices(before));

        assertRefused(Reason.INTEGRITY, () -> session.devices());
    }

    @Test
    void list_from_before_is_noticed_by_a_device_that_remembers_and_by_one_that_does_not() throws KeyClientException {
        List<ListedDevice> before = new ArrayList<>();
        list(honest -> {
            before.addAll(honest.getDevicesList());
            return honest;
        });
        session.revokeDevice(otherDevice());
        lies.beHonest();
        session.close();
        KeySession again = server.logIn(server.sameDevice());
        KeySession forgetful = server.logIn(server.newForgetfulDevice());
        list(honest -> honest.clearDevices().addAllDevices(before));

        assertRefused(Reason.INTEGRITY, () -> again.devices());
        assertRefused(Reason.INTEGRITY, () -> forgetful.devices());
    }

    @Test
    void revocation_that_was_said_to_be_done_is_noticed_when_it_was_not() throws KeyClientException {
        DeviceId device = otherDevice();
        dropLastEntryWhen(OperationCase.REVOKE_DEVICES);

        assertRefused(Reason.INTEGRITY, () -> session.revokeDevice(device));
    }

    /** The server undoes its entry before it answers, as if it had done nothing. */
    private void dropLastEntryWhen(OperationCase operation) {
        lies.answer = (request, honest) -> {
            if (request.getOperationCase() != operation || honest.hasFailure()) {
                return honest;
            }
            List<AuditEntry> entries = new ArrayList<>(server.log().entries());
            entries.remove(entries.size() - 1);
            server.log().rewrite(entries);
            return server.withHeadOfTheLog(request, honest);
        };
    }

    @Test
    void revocation_of_all_others_that_left_one_is_noticed() {
        dropLastEntryWhen(OperationCase.REVOKE_DEVICES);

        assertRefused(Reason.INTEGRITY, () -> session.revokeOtherDevices());
    }

    @Test
    void device_said_not_to_be_found_that_is_there_is_noticed() throws KeyClientException {
        DeviceId device = otherDevice();
        Snapshot before = server.service().snapshot();
        lies.answer = (request, honest) -> {
            if (!request.hasRevokeDevices()) {
                return honest;
            }
            server.service().restore(before);
            return NOT_FOUND;
        };

        assertRefused(Reason.INTEGRITY, () -> session.revokeDevice(device));
    }

    @Test
    void device_that_is_not_there_is_honestly_not_found() {
        assertRefused(Reason.NOT_FOUND, () -> session.revokeDevice(DeviceId.of(new byte[16])));
    }

    @Test
    void ticket_that_was_not_logged_ends_the_login() {
        KeyClient device = server.newDevice();
        dropLastEntryWhen(OperationCase.REGISTER_DEVICE);

        assertRefused(Reason.INTEGRITY, () -> device.logIn(ALICE, server.password()));
        assertThat(lies.heard()).last().isEqualTo("CLOSE_SESSION");
    }

    @Test
    void device_recognised_that_showed_no_ticket_ends_the_login() {
        KeyClient forgetful = server.newForgetfulDevice();
        lies.opened = honest -> honest.toBuilder()
                .setDeviceId(ByteString.copyFrom(new byte[16]))
                .build();

        assertRefused(Reason.INTEGRITY, () -> forgetful.logIn(ALICE, server.password()));
    }

    @Test
    void device_taken_for_another_ends_the_login() {
        session.close();
        KeyClient device = server.sameDevice();
        lies.opened = honest -> honest.toBuilder()
                .setDeviceId(ByteString.copyFrom(new byte[16]))
                .build();

        assertRefused(Reason.INTEGRITY, () -> device.logIn(ALICE, server.password()));
    }

    @Test
    void ticket_that_is_denied_is_replaced_and_the_log_shows_it() throws KeyClientException {
        session.close();
        long before = server.log().n();
        lies.opened = honest -> honest.toBuilder().clearDeviceId().build();

        KeySession again = server.logIn(server.sameDevice());

        assertThat(again.devices()).extracting(DeviceSummary::current).containsExactly(false, true);
        assertThat(server.log().n()).as("opened, and added again").isEqualTo(before + 2);
    }

    static Stream<UnaryOperator<SessionsListed.Builder>> bentSessions() {
        return Stream.of(
                list -> list.removeSessions(1),
                SessionsListed.Builder::clearSessions,
                list -> list.addSessions(list.getSessions(0)),
                list -> list.setSessions(0, list.getSessions(0).toBuilder().setKindValue(1)));
    }

    @ParameterizedTest
    @MethodSource("bentSessions")
    void list_of_sessions_that_can_not_be_is_noticed(UnaryOperator<SessionsListed.Builder> lie) {
        sessions(lie);

        assertRefused(Reason.INTEGRITY, () -> session.sessions());
    }

    @Test
    void session_said_to_be_closed_that_was_not_logged_is_noticed() throws KeyClientException {
        SessionId others = session.sessions().get(0).id();
        dropLastEntryWhen(OperationCase.CLOSE_SESSIONS);

        assertRefused(Reason.INTEGRITY, () -> session.closeSession(others));
    }

    @Test
    void session_closed_in_the_place_of_another_is_noticed() throws KeyClientException {
        server.logIn(server.newForgetfulDevice());
        List<SessionId> open =
                session.sessions().stream().map(SessionSummary::id).toList();
        lies.answer = (request, honest) -> {
            if (!request.hasCloseSessions()) {
                return honest;
            }
            server.bendLastEntry(entry -> entry.withObject(DeviceObject.closed(open.get(2))));
            return server.withHeadOfTheLog(request, honest);
        };

        assertRefused(Reason.INTEGRITY, () -> session.closeSession(open.get(0)));
    }
}
