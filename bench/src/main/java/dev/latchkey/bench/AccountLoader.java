package dev.latchkey.bench;

import dev.latchkey.opaque.RegistrationRecord;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.opaque.ristretto.Element;
import dev.latchkey.opaque.ristretto.Scalar;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditOutcome;
import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.SecretEnvelope;
import dev.latchkey.protocol.SecretObject;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.StorageKeyEnvelope;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.store.Accounts;
import dev.latchkey.server.store.AuditLog;
import dev.latchkey.server.store.NameTag;
import dev.latchkey.server.store.Secrets;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.Transaction;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes accounts through the server's own store, many in a transaction: of each the rows that a registration, a login and
 * three stores leave. What the owner would have sealed is random, and nobody's name leads there.
 *
 * <p>What is one transaction for one owner is one for several of a batch: no row is written more often in one than the server
 * does.
 */
final class AccountLoader {

    private static final int BATCH = 250;

    /** A step takes so many transactions, each with every tenth account of the batch. */
    private static final int STRIPES = 10;

    private static final int SECRETS_AT_MOST = 10_000;
    private static final int DESCRIPTOR_HEADER_BYTES = 10;
    private static final byte SEALED_BY_OWNER = 0x01;
    private static final Duration KEY_ID_LIFETIME = Duration.ofHours(1);
    private static final int PUBLIC_KEYS = 64;

    private final Store store;
    private final SecureRandom random = new SecureRandom();
    private final List<byte[]> publicKeys = new ArrayList<>();

    AccountLoader(Store store) {
        this.store = store;
        for (int i = 0; i < PUBLIC_KEYS; i++) {
            publicKeys.add(Element.multiplyGenerator(Scalar.random(random)).encode());
        }
    }

    /** One account to be. */
    private static final class Loaded {
        private final UserId user;
        private final SessionId session;
        private final NameTag tag;
        private final byte[] name;
        private final byte[] record;
        private final byte[] oprfSeed;
        private final byte[] storageKey;
        private final List<Secrets.SealedSecret> secrets = new ArrayList<>();

        private Loaded(int number, byte[] publicKey, SecureRandom random) {
            this.user = UserId.random(random);
            this.session = SessionId.random(random);
            this.tag = NameTag.of(bytes(NameTag.BYTES, random));
            this.name = OwnedSecrets.accountName(number).getBytes(StandardCharsets.UTF_8);
            this.record = bytes(RegistrationRecord.BYTES, random);
            System.arraycopy(publicKey, 0, record, 0, publicKey.length);
            this.oprfSeed = bytes(64, random);
            this.storageKey = sealed(StorageKeyEnvelope.BYTES, random);
            for (OwnedSecrets.Kind kind : OwnedSecrets.KINDS) {
                int label = kind.label().getBytes(StandardCharsets.UTF_8).length;
                secrets.add(new Secrets.SealedSecret(
                        KeyId.of(bytes(16, random)),
                        bytes(16, random),
                        sealed(SecretEnvelope.FRAME_BYTES + DESCRIPTOR_HEADER_BYTES + label, random),
                        sealed(SecretEnvelope.FRAME_BYTES + kind.bytes(), random)));
            }
        }

        private static byte[] sealed(int length, SecureRandom random) {
            byte[] sealed = bytes(length, random);
            sealed[0] = SEALED_BY_OWNER;
            return sealed;
        }

        private static byte[] bytes(int length, SecureRandom random) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            return bytes;
        }
    }

    /** Loads the accounts with the numbers from {@code from} on, before {@code to}. */
    void load(int from, int to, ProgressBar bar) throws StoreUnavailableException {
        for (int first = from; first < to; first += BATCH) {
            List<Loaded> batch = new ArrayList<>();
            for (int number = first; number < Math.min(to, first + BATCH); number++) {
                batch.add(new Loaded(number, publicKeys.get(number % PUBLIC_KEYS), random));
            }
            each(batch, AccountLoader::register);
            each(batch, AccountLoader::logIn);
            for (int i = 0; i < OwnedSecrets.KINDS.size(); i++) {
                int secret = i;
                each(batch, (tx, account) -> allocate(tx, account, secret));
                each(batch, (tx, account) -> storeSecret(tx, account, secret));
            }
            bar.add(batch.size());
        }
    }

    private interface Step {
        void on(Transaction tx, Loaded account);
    }

    /**
     * Not all in one transaction: rows that stand beside one another are not written anew together in reality, and PostgreSQL
     * can't use the room of those that were until the transaction has ended.
     */
    private void each(List<Loaded> batch, Step step) throws StoreUnavailableException {
        for (int first = 0; first < Math.min(STRIPES, batch.size()); first++) {
            int stripe = first;
            store.transact(tx -> {
                for (int i = stripe; i < batch.size(); i += STRIPES) {
                    step.on(tx, batch.get(i));
                }
                return null;
            });
        }
    }

    private static void register(Transaction tx, Loaded account) {
        try (SecretBytes record = SecretBytes.copyOf(account.record);
                SecretBytes seed = SecretBytes.copyOf(account.oprfSeed)) {
            Accounts.Creation creation = tx.accounts()
                    .create(new Accounts.NewAccount(
                            account.tag, account.name, account.user, record, seed, account.storageKey));
            require(creation == Accounts.Creation.CREATED);
        }
        append(tx, account, AuditAction.ACCOUNT_REGISTERED, new byte[16], Hashes.sha3_256(account.storageKey));
    }

    private static void logIn(Transaction tx, Loaded account) {
        append(tx, account, AuditAction.SESSION_OPENED, new byte[16], new byte[32]);
        tx.accounts().noteLogin(account.user, 0);
    }

    private static void allocate(Transaction tx, Loaded account, int number) {
        KeyId keyId = account.secrets.get(number).keyId();
        require(tx.secrets().allocate(account.user, List.of(keyId), KEY_ID_LIFETIME, 256));
    }

    private static void storeSecret(Transaction tx, Loaded account, int number) {
        Secrets.SealedSecret secret = account.secrets.get(number);
        long entry = tx.audit().head(account.user).n() + 1;
        Secrets.Outcome outcome = tx.secrets().store(account.user, secret, entry, SECRETS_AT_MOST);
        require(outcome == Secrets.Outcome.STORED);
        byte[] object = SecretObject.hash(secret.labelTag(), secret.descriptor(), Hashes.sha3_256(secret.secret()));
        append(tx, account, AuditAction.SECRET_STORED, secret.keyId().toByteArray(), object);
    }

    private static void append(Transaction tx, Loaded account, AuditAction action, byte[] keyId, byte[] object) {
        tx.audit()
                .append(
                        account.user,
                        new AuditLog.Event(
                                tx.nowMillis(),
                                action,
                                AuditOutcome.DONE,
                                keyId,
                                account.session.toByteArray(),
                                object));
    }

    private static void require(boolean expected) {
        if (!expected) {
            throw new IllegalStateException("random identifiers do not meet");
        }
    }
}
