package dev.latchkey.server.store.jdbc;

import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.store.Devices;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/** Whatever changes the devices of an account holds the account's row first, so that no two changes meet. */
final class DevicesTable implements Devices {
    /** So many tickets are looked at in every search; no account has more. */
    static final int LOOKED_AT = 8;

    private final Scope scope;
    private final UnknownAccount unknownAccount;
    private final ErasureKeysTable erasureKeys;

    DevicesTable(Scope scope, UnknownAccount unknownAccount) {
        this.scope = scope;
        this.unknownAccount = unknownAccount;
        this.erasureKeys = new ErasureKeysTable(scope);
    }

    @Override
    public Optional<DeviceId> byTicket(UserId user, byte[] ticketHash) {
        List<Ticket> tickets = scope.handle()
                .createQuery("SELECT device_id, ticket_hash, <slot> FROM devices WHERE user_id = :user")
                .define("slot", scope.dialect().slotOf("devices"))
                .bind("user", user.toByteArray())
                .map((row, context) -> {
                    DeviceId id = DeviceId.of(row.getBytes("device_id"));
                    try (RowKey key = RowKey.of(scope.durable(), row)) {
                        byte[] hash = key.openPlain(cell("ticket_hash", user, id), row.getBytes("ticket_hash"));
                        return new Ticket(id, MessageDigest.isEqual(hash, ticketHash));
                    }
                })
                .list();
        for (int i = tickets.size(); i < LOOKED_AT; i++) {
            unknownAccount.openTicketAsIfStored();
        }
        return tickets.stream().filter(Ticket::matches).map(Ticket::id).findAny();
    }

    private record Ticket(DeviceId id, boolean matches) {}

    @Override
    public List<DeviceId> add(UserId user, NewDevice device, int atMost) {
        if (atMost > LOOKED_AT) {
            throw new IllegalArgumentException("an account has no more devices than are looked at");
        }
        scope.hold(user);
        revoke(user, device.id());
        List<DeviceId> unusedLongest = unusedLongest(user, atMost - 1);
        unusedLongest.forEach(old -> revoke(user, old));
        try (RowKey key = erasureKeys.take()) {
            scope.handle()
                    .createUpdate("""
                            INSERT INTO devices (user_id, device_id, added_at, last_used_at, slot, ticket_hash, name)
                            VALUES (:user, :device, :now, :now, :slot, :hash, :name)
                            """)
                    .bind("user", user.toByteArray())
                    .bind("device", device.id().toByteArray())
                    .bind("now", scope.nowMillis())
                    .bind("slot", key.slot())
                    .bind("hash", key.seal(cell("ticket_hash", user, device.id()), device.ticketHash()))
                    .bind("name", key.seal(cell("name", user, device.id()), device.sealedName()))
                    .execute();
        }
        return unusedLongest;
    }

    @Override
    public boolean noteUse(UserId user, DeviceId device) {
        scope.hold(user);
        int noted = scope.handle()
                .createUpdate("""
                        UPDATE devices SET last_used_at = :now WHERE user_id = :user AND device_id = :device
                        """)
                .bind("now", scope.nowMillis())
                .bind("user", user.toByteArray())
                .bind("device", device.toByteArray())
                .execute();
        return noted == 1;
    }

    @Override
    public List<Listed> listOf(UserId user) {
        return scope.handle()
                .createQuery("""
                        SELECT device_id, name, added_at, last_used_at, <slot> FROM devices
                        WHERE user_id = :user ORDER BY added_at, device_id
                        """)
                .define("slot", scope.dialect().slotOf("devices"))
                .bind("user", user.toByteArray())
                .map((row, context) -> {
                    DeviceId id = DeviceId.of(row.getBytes("device_id"));
                    try (RowKey key = RowKey.of(scope.durable(), row)) {
                        return new Listed(
                                id,
                                key.openPlain(cell("name", user, id), row.getBytes("name")),
                                row.getLong("added_at"),
                                row.getLong("last_used_at"));
                    }
                })
                .list();
    }

    @Override
    public List<byte[]> ticketHashes(UserId user) {
        return scope.handle()
                .createQuery(
                        "SELECT device_id, ticket_hash, <slot> FROM devices WHERE user_id = :user ORDER BY device_id")
                .define("slot", scope.dialect().slotOf("devices"))
                .bind("user", user.toByteArray())
                .map((row, context) -> {
                    DeviceId id = DeviceId.of(row.getBytes("device_id"));
                    try (RowKey key = RowKey.of(scope.durable(), row)) {
                        return key.openPlain(cell("ticket_hash", user, id), row.getBytes("ticket_hash"));
                    }
                })
                .list();
    }

    @Override
    public boolean revoke(UserId user, DeviceId device) {
        scope.hold(user);
        erasureKeys.erase(slot(user, device));
        int revoked = scope.handle()
                .createUpdate("DELETE FROM devices WHERE user_id = :user AND device_id = :device")
                .bind("user", user.toByteArray())
                .bind("device", device.toByteArray())
                .execute();
        if (revoked == 1) {
            scope.erased();
        }
        return revoked == 1;
    }

    @Override
    public void revokeAllOf(UserId user) {
        scope.hold(user);
        erasureKeys.eraseAll("devices", user);
        scope.handle()
                .createUpdate("DELETE FROM devices WHERE user_id = :user")
                .bind("user", user.toByteArray())
                .execute();
        scope.erased();
    }

    /** The slot that a device has in the table of erasure keys, or null. */
    private Long slot(UserId user, DeviceId device) {
        return scope.handle()
                .createQuery("SELECT slot FROM devices WHERE user_id = :user AND device_id = :device")
                .bind("user", user.toByteArray())
                .bind("device", device.toByteArray())
                .mapTo(Long.class)
                .findOne()
                .orElse(null);
    }

    /** All but the {@code kept} that were used last. */
    private List<DeviceId> unusedLongest(UserId user, int kept) {
        return scope.handle()
                .createQuery("""
                        SELECT device_id FROM devices WHERE user_id = :user
                        ORDER BY last_used_at DESC, added_at DESC, device_id LIMIT :all OFFSET :kept
                        """)
                .bind("user", user.toByteArray())
                .bind("all", Integer.MAX_VALUE)
                .bind("kept", kept)
                .map((row, context) -> DeviceId.of(row.getBytes("device_id")))
                .list();
    }

    private static Cell cell(String column, UserId user, DeviceId device) {
        return Cell.of("devices", column).owner(user).row(device.toByteArray());
    }
}
