package dev.latchkey.server.store.jdbc;

import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditChain;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.DeviceObject;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.MalformedException;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.store.AuditLog.Head;
import dev.latchkey.server.store.DamagedRow.Kind;
import dev.latchkey.server.store.jdbc.CheckReport.Row;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** One owner's log: whether it holds together, and what it says the owner's rows are. */
final class LogCheck {
    private final CheckReport report;
    private final UserId user;
    private final Map<KeyId, Secret> secrets = new HashMap<>();
    private final Map<DeviceId, byte[]> devices = new HashMap<>();
    private byte[] head;
    private byte[] storageKeyHash = {};
    private long last;
    private long passwordChanges;
    private boolean whole = true;

    /** What a secret is by the log; no object if it is deleted. */
    record Secret(long createdN, Optional<byte[]> object) {}

    LogCheck(CheckReport report, UserId user) {
        this.report = report;
        this.user = user;
        this.head = AuditChain.start(user);
    }

    /** Reads it from its first entry to its last. */
    void read(Handle handle, Head stated) {
        handle.createQuery("SELECT n, entry, head FROM audit WHERE user_id = :user ORDER BY n")
                .bind("user", user.toByteArray())
                .setFetchSize(OwnerCheck.FETCHED_AT_ONCE)
                .map((row, context) -> {
                    follow(row.getLong("n"), row.getBytes("entry"), row.getBytes("head"));
                    return 1;
                })
                .forEach(read -> report.entry());
        if (whole && (last != stated.n() || !MessageDigest.isEqual(head, stated.head()))) {
            whole = false;
            report.damaged(
                    Row.of("accounts", user),
                    "audit_head",
                    Kind.BROKEN_LOG,
                    "says that the log ends at entry " + stated.n() + " with another head than entry " + last
                            + ", the last there is");
        }
    }

    /** Whether it holds together; if not, it says nothing of other rows. */
    boolean isWhole() {
        return whole;
    }

    Map<KeyId, Secret> secrets() {
        return secrets;
    }

    /** The devices that have a good ticket, each with the object of the entry that reports it. */
    Map<DeviceId, byte[]> devices() {
        return devices;
    }

    long credentialVersion() {
        return 1 + passwordChanges;
    }

    /** Of the encrypted storage key as it was registered or changed last. */
    byte[] storageKeyHash() {
        return storageKeyHash;
    }

    private void follow(long n, byte[] bytes, byte[] stated) {
        if (!whole) {
            return;
        }
        if (n != last + 1) {
            broken(n, "", "follows entry " + last + ": those between are missing");
            return;
        }
        AuditEntry entry;
        try {
            entry = AuditEntry.parse(bytes);
        } catch (MalformedException e) {
            broken(n, "entry", "is not in the form of an entry");
            return;
        }
        if (entry.n() != n) {
            broken(n, "entry", "is entry " + entry.n() + ", moved here");
            return;
        }
        byte[] next = AuditChain.next(head, entry);
        if (!MessageDigest.isEqual(next, stated)) {
            broken(n, "head", "is not the head of the entries up to this one: one of the two was changed");
            return;
        }
        head = next;
        last = n;
        entry.action().ifPresent(action -> apply(action, entry));
    }

    private void broken(long n, String column, String what) {
        whole = false;
        report.damaged(Row.of("audit", user).row(n), column, Kind.BROKEN_LOG, what);
    }

    private void apply(AuditAction action, AuditEntry entry) {
        byte[] object = entry.object().orElse(new byte[AuditEntry.OBJECT_BYTES]);
        switch (action) {
            case ACCOUNT_REGISTERED -> storageKeyHash = object;
            case PASSWORD_CHANGED -> {
                passwordChanges++;
                storageKeyHash = object;
                devices.clear();
            }
            case SECRET_STORED, SECRET_GENERATED_AT_SERVER ->
                entry.keyId().ifPresent(id -> secrets.put(id, new Secret(entry.n(), Optional.of(object))));
            case SECRET_REPLACED, SECRET_RENAMED -> change(entry, Optional.of(object));
            case SECRET_DELETED -> change(entry, Optional.empty());
            case DEVICE_ADDED -> devices.put(DeviceObject.device(object), object);
            case DEVICE_REVOKED -> devices.remove(DeviceObject.device(object));
            default -> {
                // Says nothing of what is stored.
            }
        }
    }

    private void change(AuditEntry entry, Optional<byte[]> object) {
        entry.keyId()
                .ifPresent(id -> secrets.computeIfPresent(id, (same, before) -> new Secret(before.createdN, object)));
    }
}
