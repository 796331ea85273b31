package dev.latchkey.client.testserver;

import com.google.protobuf.ByteString;
import dev.latchkey.client.testserver.InMemoryAccount.HeldDevice;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.DeviceObject;
import dev.latchkey.protocol.DeviceTicket;
import dev.latchkey.protocol.wire.CloseSessions;
import dev.latchkey.protocol.wire.DeviceRegistered;
import dev.latchkey.protocol.wire.DevicesListed;
import dev.latchkey.protocol.wire.DevicesRevoked;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.ListedDevice;
import dev.latchkey.protocol.wire.ListedSession;
import dev.latchkey.protocol.wire.RegisterDevice;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.RevokeDevices;
import dev.latchkey.protocol.wire.SessionsClosed;
import dev.latchkey.protocol.wire.SessionsListed;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What an owner's session asks of the account's devices and of its other sessions. */
final class DeviceOperations {

    private static final int MAX_DEVICES = 8;
    /** No clock is read. */
    private static final long UNIX_MS = 1_800_000_000_000L;

    private final InMemoryAccount account;
    private final Session session;
    private final Collection<Session> sessions;
    private final SecureRandom random;

    DeviceOperations(InMemoryAccount account, Session session, Collection<Session> sessions, SecureRandom random) {
        this.account = account;
        this.session = session;
        this.sessions = sessions;
        this.random = random;
    }

    /** Nothing if the request is about something else. */
    Optional<Response> carryOut(Request request) throws Refused {
        Response.Builder response = Response.newBuilder();
        switch (request.getOperationCase()) {
            case REGISTER_DEVICE -> {
                ByteString ticket = register(request.getRegisterDevice());
                response.setDeviceRegistered(DeviceRegistered.newBuilder()
                        .setTicket(ticket)
                        .setAudit(account.log().head(request.getKnownAuditN())));
            }
            case LIST_DEVICES ->
                response.setDevicesListed(DevicesListed.newBuilder()
                        .addAllDevices(account.devices.values().stream()
                                .map(HeldDevice::listed)
                                .toList())
                        .setAudit(account.log().head(request.getKnownAuditN())));
            case REVOKE_DEVICES -> {
                revoke(request.getRevokeDevices());
                response.setDevicesRevoked(
                        DevicesRevoked.newBuilder().setAudit(account.log().head(request.getKnownAuditN())));
            }
            case LIST_SESSIONS ->
                response.setSessionsListed(SessionsListed.newBuilder()
                        .addAllSessions(
                                owners().stream().map(DeviceOperations::line).toList()));
            case CLOSE_SESSIONS -> {
                close(request.getCloseSessions());
                response.setSessionsClosed(
                        SessionsClosed.newBuilder().setAudit(account.log().head(request.getKnownAuditN())));
            }
            default -> {
                return Optional.empty();
            }
        }
        return Optional.of(response.build());
    }

    private ByteString register(RegisterDevice request) {
        ByteString id = request.getDeviceId();
        account.devices.remove(id);
        if (account.devices.size() == MAX_DEVICES) {
            revoke(account.devices.keySet().iterator().next());
        }
        byte[] ticket = new byte[DeviceTicket.BYTES];
        random.nextBytes(ticket);
        account.devices.put(
                id,
                new HeldDevice(
                        ListedDevice.newBuilder()
                                .setDeviceId(id)
                                .setSealedName(request.getSealedName())
                                .setAddedUnixMs(UNIX_MS)
                                .setLastUsedUnixMs(UNIX_MS)
                                .build(),
                        ByteString.copyFrom(ticket)));
        account.noteObject(
                AuditAction.DEVICE_ADDED,
                session.id,
                DeviceObject.added(
                        DeviceId.of(id.toByteArray()), request.getSealedName().toByteArray()));
        session.device = id;
        return ByteString.copyFrom(ticket);
    }

    private void revoke(RevokeDevices request) throws Refused {
        if (request.hasAllOthers()) {
            List.copyOf(account.devices.keySet()).stream()
                    .filter(id -> !id.equals(session.device))
                    .forEach(this::revoke);
        } else if (account.devices.containsKey(request.getDeviceId())) {
            revoke(request.getDeviceId());
        } else {
            throw new Refused(FailureCode.FAILURE_CODE_NOT_FOUND);
        }
    }

    private void revoke(ByteString id) {
        account.devices.remove(id);
        account.noteObject(AuditAction.DEVICE_REVOKED, session.id, DeviceObject.revoked(DeviceId.of(id.toByteArray())));
    }

    private void close(CloseSessions request) throws Refused {
        boolean found = request.hasAllOthers();
        for (Session other : owners()) {
            boolean meant = request.hasAllOthers()
                    ? other != session
                    : request.getSessionId().equals(ByteString.copyFrom(other.id.toByteArray()));
            if (meant) {
                found = true;
                sessions.remove(other);
                account.noteObject(AuditAction.SESSION_CLOSED_BY_OWNER, session.id, DeviceObject.closed(other.id));
            }
        }
        if (!found) {
            throw new Refused(FailureCode.FAILURE_CODE_NOT_FOUND);
        }
    }

    private List<Session> owners() {
        return sessions.stream()
                .filter(other -> other.who.name.equals(session.who.name))
                .toList();
    }

    private static ListedSession line(Session open) {
        ListedSession.Builder line = ListedSession.newBuilder()
                .setSessionId(ByteString.copyFrom(open.id.toByteArray()))
                .setKind(open.kind)
                .setOpenedUnixMs(UNIX_MS)
                .setLastUsedUnixMs(UNIX_MS);
        if (open.device != null) {
            line.setDeviceId(open.device);
        }
        return line.build();
    }
}
