package dev.latchkey.client.testserver;

import com.google.protobuf.ByteString;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.ListedDevice;
import dev.latchkey.protocol.wire.SecretSelector;
import dev.latchkey.protocol.wire.StoredSecret;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All that the server keeps of one owner. Used under the service's lock. */
public final class InMemoryAccount {

    private static final byte[] NO_OBJECT = new byte[32];

    final UserId userId;
    final Set<ByteString> allocated = new HashSet<>();
    final Set<ByteString> tombstones = new HashSet<>();
    final List<HeldSecret> secrets = new ArrayList<>();
    /** By their ids, the oldest ticket first. */
    final Map<ByteString, HeldDevice> devices = new LinkedHashMap<>();

    private byte[] record;
    private SecretBytes oprfSeed;
    private ByteString encryptedStorageKey;
    private AccountLog log;

    /** An account that comes to be. */
    InMemoryAccount(Claimant who, ByteString encryptedStorageKey, SessionId session) {
        this(who.userId, who.record, who.oprfSeed, encryptedStorageKey);
        log = new AccountLog(userId);
        log.add(AuditAction.ACCOUNT_REGISTERED, session, null, Hashes.sha3_256(encryptedStorageKey.toByteArray()));
    }

    private InMemoryAccount(UserId userId, byte[] record, SecretBytes oprfSeed, ByteString encryptedStorageKey) {
        this.userId = userId;
        this.record = record;
        this.oprfSeed = oprfSeed;
        this.encryptedStorageKey = encryptedStorageKey;
    }

    InMemoryAccount copy() {
        InMemoryAccount copy = new InMemoryAccount(userId, record, oprfSeed, encryptedStorageKey);
        copy.allocated.addAll(allocated);
        copy.tombstones.addAll(tombstones);
        copy.secrets.addAll(secrets);
        copy.devices.putAll(devices);
        copy.log = log.copy();
        return copy;
    }

    Claimant claimant(AccountName name) {
        return new Claimant(name, userId, oprfSeed, record);
    }

    /** Its audit chain. */
    public AccountLog log() {
        return log;
    }

    /** The 93 bytes that open under the owner's password. */
    public ByteString encryptedStorageKey() {
        return encryptedStorageKey;
    }

    /** What the server could return for every secret there is, in the order they came. */
    public List<StoredSecret> stored() {
        return secrets.stream().map(HeldSecret::stored).toList();
    }

    /** Puts {@code stored} in the place of what is under its key id, and writes an entry that vouches for it. */
    public void forge(AuditAction action, StoredSecret stored) {
        int place = find(stored.getKeyId());
        HeldSecret forged = new HeldSecret(
                stored, place < 0 ? log.n() + 1 : secrets.get(place).createdN(), 0);
        if (place < 0) {
            secrets.add(forged);
        } else {
            secrets.set(place, forged);
        }
        noteSecret(action, SessionId.of(new byte[SessionId.BYTES]), stored.getKeyId(), forged.object());
    }

    void changePassword(Claimant who, ByteString newStorageKey, SessionId session) {
        record = who.record;
        oprfSeed = who.oprfSeed;
        encryptedStorageKey = newStorageKey;
        devices.clear();
        log.add(AuditAction.PASSWORD_CHANGED, session, null, Hashes.sha3_256(newStorageKey.toByteArray()));
    }

    void note(AuditAction action, SessionId session) {
        log.add(action, session, null, NO_OBJECT);
    }

    /** What a device is on the list as, and its ticket. */
    record HeldDevice(ListedDevice listed, ByteString ticket) {}

    /** The id of the device that holds this ticket, or null. */
    ByteString holder(ByteString ticket) {
        return devices.values().stream()
                .filter(device -> device.ticket().equals(ticket))
                .map(device -> device.listed().getDeviceId())
                .findAny()
                .orElse(null);
    }

    void noteObject(AuditAction action, SessionId session, byte[] object) {
        log.add(action, session, null, object);
    }

    long noteSecret(AuditAction action, SessionId session, ByteString keyId, ByteString object) {
        return log.add(
                action, session, KeyId.of(keyId.toByteArray()), object == null ? NO_OBJECT : object.toByteArray());
    }

    /** The place of the secret that is meant, or -1. */
    int find(SecretSelector selector) {
        for (int i = 0; i < secrets.size(); i++) {
            StoredSecret stored = secrets.get(i).stored();
            if (selector.hasKeyId()
                    ? stored.getKeyId().equals(selector.getKeyId())
                    : stored.getLabelTag().equals(selector.getLabelTag())) {
                return i;
            }
        }
        return -1;
    }

    int find(ByteString keyId) {
        return find(SecretSelector.newBuilder().setKeyId(keyId).build());
    }

    int required(SecretSelector selector) throws Refused {
        int place = find(selector);
        if (place < 0) {
            throw new Refused(FailureCode.FAILURE_CODE_NOT_FOUND);
        }
        return place;
    }

    /** Whether the label is used by another secret than this one. */
    boolean isTaken(ByteString labelTag, ByteString exceptKeyId) {
        int place = find(SecretSelector.newBuilder().setLabelTag(labelTag).build());
        return place >= 0 && !secrets.get(place).stored().getKeyId().equals(exceptKeyId);
    }
}
