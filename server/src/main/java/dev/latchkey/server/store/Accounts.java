package dev.latchkey.server.store;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.UserId;
import java.util.Optional;

/** Accounts. One exists exactly when its storage key is stored. */
public interface Accounts {
    /** The caller closes what it gets. */
    Optional<Credentials> byName(NameTag name);

    /** Whose name it is; empty if it is nobody's. */
    Optional<UserId> userOf(NameTag name);

    /** Version of the account's credentials, or 0 if there is no such account. */
    long credentialVersion(UserId user);

    /**
     * Like {@link #credentialVersion}, and lets nobody else change anything of this owner's before the transaction ends.
     */
    long hold(UserId user);

    /** Creates account, record and storage key together. Unique constraints decide races. */
    Creation create(NewAccount account);

    /** The account's name in UTF-8. */
    Optional<byte[]> accountName(UserId user);

    /**
     * Puts record, seed and storage key in the place of the old ones, together, under the next version. What was sealed
     * for the old version opens no more.
     *
     * @return false, and nothing is changed, if the credentials are not those of {@code expectedVersion} any more
     */
    boolean changeCredentials(UserId user, long expectedVersion, NewCredentials credentials);

    /**
     * Erases the account: its OPRF seed first, without which nobody can test a password against what else there is, then
     * record, storage key, secrets, key ids, devices, log and name. The name is free again; its guess ledger stays.
     */
    void delete(UserId user);

    /** The 93 sealed bytes as the owner handed them in, byte for byte. */
    Optional<byte[]> encryptedStorageKey(UserId user);

    /**
     * Notes a login now, and the newest failed attempt before it (Unix milliseconds, 0 if there was none).
     *
     * @return the login before this one, and the newest failure there ever was
     */
    LastAttempts noteLogin(UserId user, long newestFailureMillis);

    /** Empty if there is no such account. */
    Optional<Times> times(UserId user);

    /**
     * Of one account, in Unix milliseconds.
     *
     * @param createdMillis when it was registered
     * @param last its newest login and failure so far
     */
    record Times(long createdMillis, LastAttempts last) {}

    /** In Unix milliseconds; 0 if there was none. */
    record LastAttempts(long loginMillis, long failureMillis) {}

    /** What {@link #create} came to; nothing is stored unless CREATED. */
    enum Creation {
        CREATED,
        NAME_TAKEN,
        USER_ID_TAKEN
    }

    /** What a registration hands in. The secrets stay the caller's; the arrays are not changed afterwards. */
    final class NewAccount {
        private final NameTag name;
        private final byte[] accountName;
        private final UserId user;
        private final SecretBytes record;
        private final SecretBytes oprfSeed;
        private final byte[] encryptedStorageKey;

        public NewAccount(
                NameTag name,
                byte[] accountName,
                UserId user,
                SecretBytes record,
                SecretBytes oprfSeed,
                byte[] encryptedStorageKey) {
            this.name = name;
            this.accountName = accountName;
            this.user = user;
            this.record = record;
            this.oprfSeed = oprfSeed;
            this.encryptedStorageKey = encryptedStorageKey;
        }

        public NameTag name() {
            return name;
        }

        /** The name's UTF-8 form, sealed at rest. */
        public byte[] accountName() {
            return accountName;
        }

        public UserId user() {
            return user;
        }

        /** The OPAQUE registration record, 192 bytes. */
        public SecretBytes record() {
            return record;
        }

        /** 64 bytes. */
        public SecretBytes oprfSeed() {
            return oprfSeed;
        }

        /** 93 bytes. */
        public byte[] encryptedStorageKey() {
            return encryptedStorageKey;
        }
    }

    /** What a change of password hands in. The secrets stay the caller's; the array is not changed afterwards. */
    final class NewCredentials {
        private final SecretBytes record;
        private final SecretBytes oprfSeed;
        private final byte[] encryptedStorageKey;

        public NewCredentials(SecretBytes record, SecretBytes oprfSeed, byte[] encryptedStorageKey) {
            this.record = record;
            this.oprfSeed = oprfSeed;
            this.encryptedStorageKey = encryptedStorageKey;
        }

        /** The OPAQUE registration record, 192 bytes. */
        public SecretBytes record() {
            return record;
        }

        /** 64 bytes. */
        public SecretBytes oprfSeed() {
            return oprfSeed;
        }

        /** 93 bytes. */
        public byte[] encryptedStorageKey() {
            return encryptedStorageKey;
        }
    }

    /** What a login needs. Owned by who asked for it. */
    final class Credentials implements AutoCloseable {
        private final UserId user;
        private final SecretBytes record;
        private final SecretBytes oprfSeed;
        private final long credentialVersion;

        public Credentials(UserId user, SecretBytes record, SecretBytes oprfSeed, long credentialVersion) {
            this.user = user;
            this.record = record;
            this.oprfSeed = oprfSeed;
            this.credentialVersion = credentialVersion;
        }

        public UserId user() {
            return user;
        }

        /** The OPAQUE registration record, 192 bytes. */
        public SecretBytes record() {
            return record;
        }

        /** 64 bytes. */
        public SecretBytes oprfSeed() {
            return oprfSeed;
        }

        public long credentialVersion() {
            return credentialVersion;
        }

        @Override
        public void close() {
            record.close();
            oprfSeed.close();
        }
    }
}
