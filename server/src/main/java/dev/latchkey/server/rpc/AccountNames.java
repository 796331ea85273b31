package dev.latchkey.server.rpc;

import dev.latchkey.opaque.Hkdf;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.InvalidInputException;
import dev.latchkey.server.store.NameTag;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What the enumeration key makes of an account name: its tag at rest, and the answer when nobody has it. */
final class AccountNames {
    private static final byte[] FAKE = "latchkey/1 fake".getBytes(StandardCharsets.US_ASCII);
    private static final int CREDENTIAL_IDENTIFIER = 16;
    private static final int OPRF_SEED = 64;
    private static final int MASKING_KEY = 64;
    private static final int KEY_PAIR_SEED = 32;

    private final SecretBytes enumerationKey;

    /** The key stays the caller's and must outlive this. */
    AccountNames(SecretBytes enumerationKey) {
        this.enumerationKey = enumerationKey;
    }

    /** A name in the only form the server takes; it repairs nothing. */
    static AccountName require(String name) throws Rejection {
        try {
            return AccountName.canonical(name);
        } catch (InvalidInputException invalid) {
            throw Rejection.malformed();
        }
    }

    /** First 32 bytes of HMAC-SHA-512(enumeration_key, account_name). */
    NameTag tag(AccountName name) {
        byte[] key = enumerationKey.copyBytes();
        try {
            Mac mac = Mac.getInstance("HmacSHA512");
            mac.init(new SecretKeySpec(key, "HmacSHA512"));
            return NameTag.of(Arrays.copyOf(mac.doFinal(name.utf8()), NameTag.BYTES));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java has HmacSHA512", missing);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** The same for the same name for ever, so that asking twice tells nothing. The caller closes it. */
    FakeCredentials fake(AccountName name) {
        ByteArrayOutputStream info = new ByteArrayOutputStream();
        info.writeBytes(FAKE);
        info.writeBytes(name.utf8());
        int length = CREDENTIAL_IDENTIFIER + OPRF_SEED + MASKING_KEY + KEY_PAIR_SEED;
        try (SecretBytes all = Hkdf.derive(enumerationKey, info.toByteArray(), length)) {
            int at = 0;
            byte[] identifier = Arrays.copyOf(all.exposed(), CREDENTIAL_IDENTIFIER);
            at += CREDENTIAL_IDENTIFIER;
            SecretBytes oprfSeed = all.slice(at, OPRF_SEED);
            at += OPRF_SEED;
            SecretBytes maskingKey = all.slice(at, MASKING_KEY);
            at += MASKING_KEY;
            return new FakeCredentials(identifier, oprfSeed, maskingKey, all.slice(at, KEY_PAIR_SEED));
        }
    }
}
