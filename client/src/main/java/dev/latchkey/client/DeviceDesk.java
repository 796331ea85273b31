package dev.latchkey.client;

import com.google.protobuf.ByteString;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.LoggedChannel.Answer;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.DeviceName;
import dev.latchkey.protocol.DeviceObject;
import dev.latchkey.protocol.IntegrityException;
import dev.latchkey.protocol.StorageKey;
import dev.latchkey.protocol.wire.AllOthers;
import dev.latchkey.protocol.wire.ListDevices;
import dev.latchkey.protocol.wire.ListedDevice;
import dev.latchkey.protocol.wire.RegisterDevice;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response.ResultCase;
import dev.latchkey.protocol.wire.RevokeDevices;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The devices that the account knows, this one among them; what the server says of them is believed as far as it lies on the
 * log. Borrows the session's channel and storage key.
 */
final class DeviceDesk {

    private final LoggedIn login;
    private final LoggedChannel channel;
    private final ClientSettings settings;
    private volatile DeviceId own;

    DeviceDesk(LoggedIn login, ClientSettings settings) {
        this.login = login;
        this.channel = login.logged();
        this.settings = settings;
    }

    /**
     * Sees to it that this device holds a ticket that is good, if it keeps one at all. Whatever keeps it from that but a
     * server that lies is no failure: the next login tries again.
     */
    void enrol() throws KeyClientException {
        ThisDevice here = login.known().device();
        if (login.facts().device().isPresent()) {
            if (!login.facts().device().equals(here.shown())) {
                throw Answers.unexpected();
            }
            own = login.facts().device().get();
            return;
        }
        Optional<DeviceId> place = here.isKept() ? here.makePlace(settings.random()) : Optional.empty();
        if (place.isEmpty()) {
            return;
        }
        own = place.get();
        try {
            register(here, own);
        } catch (KeyClientException e) {
            if (e.reason() == Reason.INTEGRITY || e.reason() == Reason.ROLLED_BACK) {
                throw e;
            }
        }
    }

    private void register(ThisDevice here, DeviceId device) throws KeyClientException {
        byte[] sealedName;
        try (StorageKey storageKey = login.storageKey().unlock()) {
            sealedName = here.name().seal(storageKey, login.facts().userId(), device, settings.random());
        }
        RegisterDevice register = RegisterDevice.newBuilder()
                .setDeviceId(ByteString.copyFrom(device.toByteArray()))
                .setSealedName(ByteString.copyFrom(sealedName))
                .build();
        try (Answer answer =
                channel.ask(Request.newBuilder().setRegisterDevice(register), ResultCase.DEVICE_REGISTERED)) {
            if (!answer.devices().contains(new LoggedObject(DeviceObject.added(device, sealedName)))) {
                throw disagreement(null);
            }
            here.keep(
                    device, answer.response().getDeviceRegistered().getTicket().toByteArray());
        }
    }

    /** All of them, the oldest ticket first. */
    List<DeviceSummary> list() throws KeyClientException {
        ListDevices all = ListDevices.getDefaultInstance();
        try (Answer answer = channel.ask(Request.newBuilder().setListDevices(all), ResultCase.DEVICES_LISTED)) {
            Map<LoggedObject, ListedDevice> listed = new HashMap<>();
            for (ListedDevice device : answer.response().getDevicesListed().getDevicesList()) {
                listed.put(
                        new LoggedObject(DeviceObject.added(
                                id(device), device.getSealedName().toByteArray())),
                        device);
            }
            List<LoggedObject> logged = answer.devices();
            if (answer.response().getDevicesListed().getDevicesCount() != logged.size()
                    || !listed.keySet().containsAll(logged)) {
                throw disagreement(null);
            }
            List<DeviceSummary> devices = new ArrayList<>();
            try (StorageKey storageKey = login.storageKey().unlock()) {
                for (LoggedObject object : logged) {
                    devices.add(summary(storageKey, listed.get(object)));
                }
            }
            return List.copyOf(devices);
        }
    }

    private DeviceSummary summary(StorageKey storageKey, ListedDevice device) throws KeyClientException {
        DeviceId id = id(device);
        try {
            return new DeviceSummary(
                    id,
                    DeviceName.open(
                            storageKey,
                            login.facts().userId(),
                            id,
                            device.getSealedName().toByteArray()),
                    WireTime.required(device.getAddedUnixMs()),
                    WireTime.required(device.getLastUsedUnixMs()),
                    id.equals(own));
        } catch (IntegrityException e) {
            throw disagreement(e);
        }
    }

    void revoke(DeviceId device) throws KeyClientException {
        RevokeDevices one = RevokeDevices.newBuilder()
                .setDeviceId(ByteString.copyFrom(device.toByteArray()))
                .build();
        channel.catchUp();
        try (VerifiedLog.Mark before = channel.log().mark()) {
            revoke(one, device, before.head().n());
        }
        login.known().memory().remember();
    }

    private void revoke(RevokeDevices one, DeviceId device, long before) throws KeyClientException {
        try (Answer answer = channel.ask(Request.newBuilder().setRevokeDevices(one), ResultCase.DEVICES_REVOKED)) {
            if (object(device, answer.n()).isPresent()) {
                throw disagreement(null);
            }
        } catch (KeyClientException e) {
            if (e.reason() != Reason.NOT_FOUND) {
                throw e;
            }
            try (Answer now = channel.refresh()) {
                // The first of two attempts may have been the one that was carried out.
                if (channel.log().deeds(channel.id(), before, now.n()).stream()
                        .anyMatch(deed -> isOf(deed, DeviceObject.revoked(device)))) {
                    return;
                }
                if (object(device, before).isPresent() && object(device, before).equals(object(device, now.n()))) {
                    throw disagreement(e);
                }
            }
            throw new KeyClientException(
                    Reason.NOT_FOUND,
                    "The account knows no such device. Nothing was changed. List the devices to see which there are.",
                    e);
        }
    }

    /** Revokes all but this one, and says how many those were. */
    int revokeOthers() throws KeyClientException {
        RevokeDevices others = RevokeDevices.newBuilder()
                .setAllOthers(AllOthers.getDefaultInstance())
                .build();
        int revoked;
        try (Answer answer = channel.ask(Request.newBuilder().setRevokeDevices(others), ResultCase.DEVICES_REVOKED)) {
            for (LoggedObject left : answer.devices()) {
                if (!DeviceObject.device(left.toByteArray()).equals(own)) {
                    throw disagreement(null);
                }
            }
            revoked = (int) answer.deeds().stream()
                    .filter(deed -> deed.actionCode() == AuditAction.DEVICE_REVOKED.code())
                    .count();
        }
        login.known().memory().remember();
        return revoked;
    }

    /** How the log names the device after entry {@code n}, if the account knew it then. */
    private Optional<LoggedObject> object(DeviceId device, long n) throws KeyClientException {
        return channel.log().devicesAt(n).stream()
                .filter(object -> DeviceObject.device(object.toByteArray()).equals(device))
                .findAny();
    }

    /** Whether an entry is about exactly this. */
    static boolean isOf(AuditEntry entry, byte[] object) {
        return entry.object().map(LoggedObject::new).equals(Optional.of(new LoggedObject(object)));
    }

    private static DeviceId id(ListedDevice device) {
        return DeviceId.of(device.getDeviceId().toByteArray());
    }

    private static KeyClientException disagreement(Exception cause) {
        return new KeyClientException(
                Reason.INTEGRITY,
                "What the server says of the account's devices is not what the account's log says: one was hidden, kept or "
                        + "made up. Its answer was not used. Ask the server's operator.",
                cause);
    }
}
