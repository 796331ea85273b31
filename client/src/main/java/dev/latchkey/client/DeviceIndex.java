package dev.latchkey.client;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.DeviceObject;
import java.util.ArrayList;
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
    private final NavigableMap<Long, List<LoggedObject>> states = new TreeMap<>();

    /** Of a log of {@code n} entries. */
    DeviceIndex(long n, List<LoggedObject> devices) {
        states.put(n, List.copyOf(devices));
    }

    /** A device got a ticket, its first or another, which makes it the newest. */
    void add(AuditEntry entry) throws KeyClientException {
        byte[] object = object(entry);
        List<LoggedObject> next = without(object);
        next.add(new LoggedObject(object));
        if (next.size() > MAX_DEVICES) {
            throw impossible();
        }
        states.put(entry.n(), List.copyOf(next));
    }

    /** The ticket of a device is void. */
    void remove(AuditEntry entry) throws KeyClientException {
        List<LoggedObject> next = without(object(entry));
        if (next.size() == newest().size()) {
            throw impossible();
        }
        states.put(entry.n(), List.copyOf(next));
    }

    /** All tickets are void. */
    void removeAll(AuditEntry entry) {
        states.put(entry.n(), List.of());
    }

    /** Those after entry {@code n}, the oldest ticket first. */
    List<LoggedObject> at(long n) {
        Map.Entry<Long, List<LoggedObject>> state = states.floorEntry(n);
        return state == null ? List.of() : state.getValue();
    }

    /** Forgets what was over before entry {@code n}. */
    void forgetBefore(long n) {
        Long last = states.floorKey(n);
        if (last != null) {
            states.headMap(last).clear();
        }
    }

    private List<LoggedObject> newest() {
        return states.lastEntry().getValue();
    }

    /** The newest, but for the device that this object is about. */
    private List<LoggedObject> without(byte[] object) {
        DeviceId device = DeviceObject.device(object);
        List<LoggedObject> others = new ArrayList<>(newest());
        others.removeIf(other -> DeviceObject.device(other.toByteArray()).equals(device));
        return others;
    }

    private static byte[] object(AuditEntry entry) throws KeyClientException {
        return entry.object().orElseThrow(DeviceIndex::impossible);
    }

    private static KeyClientException impossible() {
        return new KeyClientException(
                Reason.INTEGRITY,
                "The account's log at the server says something of a device that can't have happened, so nothing of it was "
                        + "used. Ask the server's operator.");
    }
}
