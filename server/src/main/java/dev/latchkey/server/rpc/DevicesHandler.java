package dev.latchkey.server.rpc;

import com.google.protobuf.ByteString;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditOutcome;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.DeviceObject;
import dev.latchkey.protocol.DeviceTicket;
import dev.latchkey.protocol.wire.DeviceRegistered;
import dev.latchkey.protocol.wire.DevicesListed;
import dev.latchkey.protocol.wire.DevicesRevoked;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.ListedDevice;
import dev.latchkey.protocol.wire.RegisterDevice;
import dev.latchkey.protocol.wire.RevokeDevices;
import dev.latchkey.server.store.Devices;
import dev.latchkey.server.store.Sessions;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.Transaction;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** The devices that an owner logs in from: each is handed a ticket, of which the server keeps a hash, and may lose it again. */
final class DevicesHandler {
    static final int MAX_DEVICES = 8;

    private final Store store;
    private final SecureRandom random;

    DevicesHandler(Store store, SecureRandom random) {
        this.store = store;
        this.random = random;
    }

    DeviceRegistered register(CallContext context, RegisterDevice request) throws Refused, StoreUnavailableException {
        DeviceId id = DeviceId.of(request.getDeviceId().toByteArray());
        byte[] sealedName = SealedForms.require(request.getSealedName(), 0);
        byte[] ticket = new byte[DeviceTicket.BYTES];
        random.nextBytes(ticket);
        Devices.NewDevice device = new Devices.NewDevice(id, DeviceTicket.hash(context.user(), ticket), sealedName);
        return context.transact(store, tx -> {
            for (DeviceId replaced : tx.devices().add(context.user(), device, MAX_DEVICES)) {
                append(tx, context, AuditAction.DEVICE_REVOKED, DeviceObject.revoked(replaced));
            }
            append(tx, context, AuditAction.DEVICE_ADDED, DeviceObject.added(id, sealedName));
            tx.sessions().setDevice(context.session(), id);
            return DeviceRegistered.newBuilder()
                    .setTicket(ByteString.copyFrom(ticket))
                    .setAudit(context.audit(tx))
                    .build();
        });
    }

    DevicesListed list(CallContext context) throws Refused, StoreUnavailableException {
        return context.view(store, tx -> {
            DevicesListed.Builder answer = DevicesListed.newBuilder();
            for (Devices.Listed device : tx.devices().listOf(context.user())) {
                answer.addDevices(ListedDevice.newBuilder()
                        .setDeviceId(ByteString.copyFrom(device.id().toByteArray()))
                        .setSealedName(ByteString.copyFrom(device.sealedName()))
                        .setAddedUnixMs(device.addedMillis())
                        .setLastUsedUnixMs(device.lastUsedMillis()));
            }
            return answer.setAudit(context.audit(tx)).build();
        });
    }

    DevicesRevoked revoke(CallContext context, RevokeDevices request) throws Refused, StoreUnavailableException {
        return context.transact(store, tx -> {
            if (request.hasAllOthers()) {
                revokeOthers(tx, context);
            } else if (!revoke(tx, context, DeviceId.of(request.getDeviceId().toByteArray()))) {
                throw new OperationFailure(FailureCode.FAILURE_CODE_NOT_FOUND);
            }
            return DevicesRevoked.newBuilder().setAudit(context.audit(tx)).build();
        });
    }

    /** All but the one that this session is used from, if the account knows that. */
    private static void revokeOthers(Transaction tx, CallContext context) {
        Optional<DeviceId> own = tx.sessions().listOf(context.user()).stream()
                .filter(session -> session.id().equals(context.session()))
                .findAny()
                .flatMap(Sessions.Listed::device);
        List<Devices.Listed> devices = tx.devices().listOf(context.user());
        for (Devices.Listed device : devices) {
            if (!Optional.of(device.id()).equals(own)) {
                revoke(tx, context, device.id());
            }
        }
    }

    private static boolean revoke(Transaction tx, CallContext context, DeviceId id) {
        boolean revoked = tx.devices().revoke(context.user(), id);
        if (revoked) {
            append(tx, context, AuditAction.DEVICE_REVOKED, DeviceObject.revoked(id));
        }
        return revoked;
    }

    private static void append(Transaction tx, CallContext context, AuditAction action, byte[] object) {
        tx.audit()
                .append(
                        context.user(),
                        Events.of(tx.nowMillis(), action, AuditOutcome.DONE)
                                .session(context.session())
                                .object(object)
                                .event());
    }
}
