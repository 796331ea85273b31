package dev.latchkey.server.store;

import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.UserId;
import java.util.List;
import java.util.Optional;

/** The devices that each account knows, and the hash of the ticket that each of them holds. */
public interface Devices {
    /**
     * The device whose ticket has this hash.
     *
     * <p>Takes the same work whether the user has such a device, others, none, or does not exist.
     *
     * @param ticketHash 32 bytes
     */
    Optional<DeviceId> byTicket(UserId user, byte[] ticketHash);

    /**
     * Makes a device known, or gives it another ticket. Beyond {@code atMost} devices those unused longest go.
     *
     * @return those that went; never the device itself
     */
    List<DeviceId> add(UserId user, NewDevice device, int atMost);

    /** Notes that the device logs in now; false if the account does not know it any more. */
    boolean noteUse(UserId user, DeviceId device);

    /** The oldest ticket first. */
    List<Listed> listOf(UserId user);

    /** The hashes of their tickets, always in the same order. */
    List<byte[]> ticketHashes(UserId user);

    /** Forgets the device and its ticket; false if the account does not know it. */
    boolean revoke(UserId user, DeviceId device);

    /** Forgets all devices of the user. */
    void revokeAllOf(UserId user);

    /** What a registration of a device brings; the arrays are not changed afterwards. */
    final class NewDevice {
        private final DeviceId id;
        private final byte[] ticketHash;
        private final byte[] sealedName;

        public NewDevice(DeviceId id, byte[] ticketHash, byte[] sealedName) {
            this.id = id;
            this.ticketHash = ticketHash;
            this.sealedName = sealedName;
        }

        public DeviceId id() {
            return id;
        }

        /** 32 bytes. */
        public byte[] ticketHash() {
            return ticketHash;
        }

        /** As its owner sealed it. */
        public byte[] sealedName() {
            return sealedName;
        }
    }

    /** One line of a list. */
    final class Listed {
        private final DeviceId id;
        private final byte[] sealedName;
        private final long addedMillis;
        private final long lastUsedMillis;

        public Listed(DeviceId id, byte[] sealedName, long addedMillis, long lastUsedMillis) {
            this.id = id;
            this.sealedName = sealedName;
            this.addedMillis = addedMillis;
            this.lastUsedMillis = lastUsedMillis;
        }

        public DeviceId id() {
            return id;
        }

        /** As its owner sealed it. */
        public byte[] sealedName() {
            return sealedName;
        }

        /** When it got its ticket. */
        public long addedMillis() {
            return addedMillis;
        }

        /** When it last logged in with it, or got it. */
        public long lastUsedMillis() {
            return lastUsedMillis;
        }
    }
}
