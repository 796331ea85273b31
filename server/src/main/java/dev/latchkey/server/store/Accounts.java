package dev.latchkey.server.store;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.UserId;
import java.util.Optional;

/** Accounts. One exists exactly when its storage key is stored. */
public interface Accounts {
    /** The caller closes what it gets. */
    Optional<Credentials> byName(NameTag name);

    /** Version of the account's credentials, or 0 if there is no such account. */
    long credentialVersion(UserId user);

    /** Creates account, record and storage key together. Unique constraints decide races. */
    Creation create(NewAccount account);

    /** The 93 sealed bytes as the owner handed them in, byte for byte. */
    Optional<byte[]> encryptedStorageKey(UserId user);

    /** When the owner last logged in, in Unix milliseconds, or 0; and notes that it is now. */
    long exchangeLastLogin(UserId user);

    /** What {@link #create} came to; nothing is stored unless CREATED. */
    enum Creation {
        CREATED,
        NAME_TAKEN,
        USER_ID_TAKEN
    }

    /**
     * @param accountName the name's UTF-8 form, sealed at rest
     * @param record the OPAQUE registration record, 192 bytes; stays the caller's
     * @param oprfSeed 64 bytes; stays the caller's
     * @param encryptedStorageKey 93 bytes
     */
    record NewAccount(
            NameTag name,
            byte[] accountName,
            UserId user,
            SecretBytes record,
            SecretBytes oprfSeed,
            byte[] encryptedStorageKey) {}

    /** What a login needs. Owned by who asked for it. */
    record Credentials(UserId user, SecretBytes record, SecretBytes oprfSeed, long credentialVersion)
            implements AutoCloseable {
        @Override
        public void close() {
            record.close();
            oprfSeed.close();
        }
    }
}
