package dev.latchkey.server.rpc;

import dev.latchkey.opaque.Hkdf;
import dev.latchkey.opaque.OpaqueServer;
import dev.latchkey.opaque.RegistrationRecord;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.InvalidInputException;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.store.Accounts.Credentials;
import dev.latchkey.server.store.BudgetTag;
import dev.latchkey.server.store.NameTag;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What the enumeration key makes of an account name: its tag at rest, and the answer when nobody has it. */
final class AccountNames {
    private static final byte[] FAKE = "latchkey/1 fake".getBytes(StandardCharsets.US_ASCII);
    private static final int OPRF_SEED = 64;
    private static final int MASKING_KEY = 64;
    private static final int KEY_PAIR_SEED = 32;

    /** Credential version where there is no account; an account's first is 1. */
    static final long NO_ACCOUNT = 0;

    private final SecretBytes enumerationKey;
    private final OpaqueServer opaque;

    /** The key stays the caller's and must outlive this. */
    AccountNames(SecretBytes enumerationKey, OpaqueServer opaque) {
        this.enumerationKey = enumerationKey;
        this.opaque = opaque;
    }

    /** A name in the only form the server takes; it repairs nothing. */
    static AccountName require(String name) throws Rejection {
        try {
            return AccountName.canonical(name);
        } catch (InvalidInputException invalid) {
            throw Rejection.malformed();
        }
    }

    NameTag tag(AccountName name) {
        return NameTag.of(name, enumerationKey);
    }

    BudgetTag budget(byte[] ticketHash) {
        return BudgetTag.ofTicket(ticketHash, enumerationKey);
    }

    /**
     * What stands in for the stored credentials of a name nobody has: the same for the same name for ever, so that asking
     * twice tells nothing (RFC 9807, section 10.9). The caller closes it.
     */
    Credentials fake(AccountName name) {
        ByteArrayOutputStream info = new ByteArrayOutputStream();
        info.writeBytes(FAKE);
        info.writeBytes(name.utf8());
        int length = UserId.BYTES + OPRF_SEED + MASKING_KEY + KEY_PAIR_SEED;
        try (SecretBytes all = Hkdf.derive(enumerationKey, info.toByteArray(), length);
                SecretBytes oprfSeed = all.slice(UserId.BYTES, OPRF_SEED);
                SecretBytes maskingKey = all.slice(UserId.BYTES + OPRF_SEED, MASKING_KEY);
                SecretBytes keyPairSeed = all.slice(length - KEY_PAIR_SEED, KEY_PAIR_SEED);
                RegistrationRecord record = opaque.fakeRecord(keyPairSeed, maskingKey);
                SecretBytes recordBytes = SecretBytes.takeOwnership(record.toByteArray())) {
            UserId nobody = UserId.of(Arrays.copyOf(all.exposed(), UserId.BYTES));
            return new Credentials(nobody, recordBytes.copy(), oprfSeed.copy(), NO_ACCOUNT);
        }
    }
}
