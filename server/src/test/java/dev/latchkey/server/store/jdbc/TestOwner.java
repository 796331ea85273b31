package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.Hkdf;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditOutcome;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.DeviceObject;
import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.SecretObject;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.store.Accounts.NewAccount;
import dev.latchkey.server.store.Accounts.NewCredentials;
import dev.latchkey.server.store.AuditLog.Event;
import dev.latchkey.server.store.Devices.NewDevice;
import dev.latchkey.server.store.NameTag;
import dev.latchkey.server.store.Secrets.SealedSecret;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.Transaction;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An owner with random everything, written to a store as a server writes it: with a log that reports each change. */
final class TestOwner {
    private static final byte[] NOTHING = new byte[32];

    final UserId user = UserId.random(new SecureRandom());
    final byte[] accountName;
    final byte[] record = TestAccount.bytes(192);
    final byte[] oprfSeed = TestAccount.bytes(64);
    final byte[] encryptedStorageKey = TestAccount.bytes(93);
    final List<SealedSecret> secrets = new ArrayList<>();
    final List<NewDevice> devices = new ArrayList<>();
    private Store store;
    private final NameTag name;

    private TestOwner(Store store, String accountName) {
        this.store = store;
        this.accountName = accountName.getBytes(StandardCharsets.UTF_8);
        try (SecretBytes message = SecretBytes.copyOf(this.accountName);
                SecretBytes mac =
                        Hkdf.extract(store.deployment().enumerationKey().exposed(), message)) {
            this.name = NameTag.of(Arrays.copyOf(mac.exposed(), NameTag.BYTES));
        }
    }

    /** With two secrets and two devices. */
    static TestOwner register(Store store, String accountName) throws Exception {
        TestOwner owner = new TestOwner(store, accountName);
        owner.run(owner::create);
        owner.storeSecret();
        owner.storeSecret();
        owner.addDevice(TestAccount.bytes(DeviceId.BYTES));
        owner.addDevice(TestAccount.bytes(DeviceId.BYTES));
        return owner;
    }

    /** Works there from now on. */
    TestOwner isIn(Store other) {
        store = other;
        return this;
    }

    NameTag name() {
        return name;
    }

    SealedSecret storeSecret() throws Exception {
        KeyId keyId = KeyId.derive(user, TestAccount.bytes(32), TestAccount.bytes(32));
        SealedSecret secret = TestAccount.secret(keyId);
        run(tx -> {
            tx.secrets().allocate(user, List.of(keyId), Duration.ofHours(1), 1000);
            tx.secrets().store(user, secret, tx.audit().head(user).n() + 1, 1000);
            log(tx, AuditAction.SECRET_STORED, keyId.toByteArray(), object(secret));
        });
        secrets.add(secret);
        return secret;
    }

    /** Another content for a secret, under the same key id. */
    SealedSecret replace(SealedSecret old) throws Exception {
        SealedSecret next =
                new SealedSecret(old.keyId(), old.labelTag(), TestAccount.bytes(60), TestAccount.bytes(200));
        run(tx -> {
            tx.secrets().replace(user, old.keyId(), object(old), next.descriptor(), next.secret());
            log(tx, AuditAction.SECRET_REPLACED, old.keyId().toByteArray(), object(next));
        });
        secrets.set(secrets.indexOf(old), next);
        return next;
    }

    void delete(SealedSecret secret) throws Exception {
        run(tx -> {
            tx.secrets().delete(user, secret.keyId(), object(secret));
            log(tx, AuditAction.SECRET_DELETED, secret.keyId().toByteArray(), NOTHING);
        });
        secrets.remove(secret);
    }

    void changePassword() throws Exception {
        byte[] storageKey = TestAccount.bytes(93);
        run(tx -> {
            try (SecretBytes newRecord = SecretBytes.copyOf(TestAccount.bytes(192));
                    SecretBytes newSeed = SecretBytes.copyOf(TestAccount.bytes(64))) {
                tx.accounts()
                        .changeCredentials(
                                user,
                                tx.accounts().credentialVersion(user),
                                new NewCredentials(newRecord, newSeed, storageKey));
            }
            log(tx, AuditAction.PASSWORD_CHANGED, new byte[16], Hashes.sha3_256(storageKey));
            tx.devices().revokeAllOf(user);
        });
        devices.clear();
    }

    NewDevice addDevice(byte[] id) throws Exception {
        NewDevice device = new NewDevice(DeviceId.of(id), TestAccount.bytes(Hashes.BYTES), TestAccount.bytes(40));
        run(tx -> {
            tx.devices().add(user, device, 8);
            log(tx, AuditAction.DEVICE_ADDED, new byte[16], DeviceObject.added(device.id(), device.sealedName()));
        });
        devices.add(device);
        return device;
    }

    void revoke(NewDevice device) throws Exception {
        run(tx -> {
            tx.devices().revoke(user, device.id());
            log(tx, AuditAction.DEVICE_REVOKED, new byte[16], DeviceObject.revoked(device.id()));
        });
        devices.remove(device);
    }

    /** Whether everything can be read in {@code from} as it was written. */
    boolean isWholeIn(Store from) throws Exception {
        return from.view(tx -> {
            boolean whole = Arrays.equals(tx.accounts().accountName(user).orElseThrow(), accountName)
                    && tx.accounts().byName(name).map(TestOwner::opened).orElse(false)
                    && tx.accounts().encryptedStorageKey(user).isPresent();
            for (SealedSecret secret : secrets) {
                whole &= tx.secrets().byKeyId(user, secret.keyId()).stream()
                        .anyMatch(read -> Arrays.equals(read.secret(), secret.secret())
                                && Arrays.equals(read.descriptor(), secret.descriptor()));
            }
            for (NewDevice device : devices) {
                whole &= tx.devices().byTicket(user, device.ticketHash()).isPresent();
            }
            return whole && tx.devices().listOf(user).size() == devices.size();
        });
    }

    private static boolean opened(dev.latchkey.server.store.Accounts.Credentials credentials) {
        credentials.close();
        return true;
    }

    private void create(Transaction tx) {
        try (SecretBytes recordSecret = SecretBytes.copyOf(record);
                SecretBytes seedSecret = SecretBytes.copyOf(oprfSeed)) {
            tx.accounts()
                    .create(new NewAccount(name, accountName, user, recordSecret, seedSecret, encryptedStorageKey));
        }
        log(tx, AuditAction.ACCOUNT_REGISTERED, new byte[16], Hashes.sha3_256(encryptedStorageKey));
    }

    private void log(Transaction tx, AuditAction action, byte[] keyId, byte[] object) {
        tx.audit()
                .append(
                        user,
                        new Event(tx.nowMillis(), action, AuditOutcome.DONE, keyId, TestAccount.bytes(16), object));
    }

    private static byte[] object(SealedSecret secret) {
        return SecretObject.hash(secret.labelTag(), secret.descriptor(), Hashes.sha3_256(secret.secret()));
    }

    private void run(StoreContract.Step step) throws Exception {
        store.transact(tx -> {
            step.in(tx);
            return null;
        });
    }
}
