package dev.latchkey.client;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.DeviceObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Which devices an account's log says it knows, and what it said a few entries ago. Not safe for several threads.
 *
 * <p>Each device stands as the {@code object} of the entry that gave it its ticket.
 */
final class DeviceIndex {

    /** The most devices that an account knows. */
    static final int MAX_DEVICES = 8;

    /** Each from some entry on; the oldest ticket first. */
    private final NavigableMap<Long, Map<DeviceId, LoggedObject>> states = new TreeMap<>();

    /** Of a log of {@code n} entries. */
    DeviceIndex(long n, List<LoggedObject> devices) {
        Map<DeviceId, LoggedObject> state = new LinkedHashMap<>();
        devices.forEach(device -> state.put(DeviceObject.device(device.toByteArray()), device));
        states.put(n, state);
    }

    /** A device got a ticket, its first or another, which makes it the newest. */
    void add(AuditEntry entry) throws KeyClientException {
        Map<DeviceId, LoggedObject> next = newest();
        byte[] object = entry.object().orElseThrow(DeviceIndex::impossible);
        DeviceId device = DeviceObject.device(object);
        next.remove(device);
        next.put(device, new LoggedObject(object));
        if (next.size() > MAX_DEVICES) {
            throw impossible();
        }
        states.put(entry.n(), next);
    }

    /** The ticket of a device is void. */
    void remove(AuditEntry entry) throws KeyClientException {
        Map<DeviceId, LoggedObject> next = newest();
        byte[] object = entry.object().orElseThrow(DeviceIndex::impossible);
        if (next.remove(DeviceObject.device(object)) == null) {
            throw impossible();
        }
        states.put(entry.n(), next);
    }

    /** All tickets are void. */
    void removeAll(AuditEntry entry) {
        states.put(entry.n(), Map.of());
    }

    /** Those after entry {@code n}, the oldest ticket first. */
    List<LoggedObject> at(long n) {
        Map.Entry<Long, Map<DeviceId, LoggedObject>> state = states.floorEntry(n);
        return state == null ? List.of() : List.copyOf(state.getValue().values());
    }

    /** Forgets what was over before entry {@code n}. */
    void forgetBefore(long n) {
        Long last = states.floorKey(n);
        if (last != null) {
            states.headMap(last).clear();
        }
    }

    private Map<DeviceId, LoggedObject> newest() {
        return new LinkedHashMap<>(states.lastEntry().getValue());
    }

    private static KeyClientException impossible() {
        return new KeyClientException(
                Reason.INTEGRITY,
                "The account's log at the server says something of a device that can't have happened, so nothing of it was "
                        + "used. Ask the server's operator.");
    }
}
