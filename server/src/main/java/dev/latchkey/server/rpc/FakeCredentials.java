package dev.latchkey.server.rpc;

import dev.latchkey.opaque.OpaqueServer;
import dev.latchkey.opaque.RegistrationRecord;
import dev.latchkey.opaque.SecretBytes;

/** What stands in for the stored credentials of a name nobody has (RFC 9807, section 10.9). */
final class FakeCredentials implements AutoCloseable {
    private final byte[] credentialIdentifier;
    private final SecretBytes oprfSeed;
    private final SecretBytes maskingKey;
    private final SecretBytes keyPairSeed;

    /** Takes ownership of the secrets. */
    FakeCredentials(
            byte[] credentialIdentifier, SecretBytes oprfSeed, SecretBytes maskingKey, SecretBytes keyPairSeed) {
        this.credentialIdentifier = credentialIdentifier;
        this.oprfSeed = oprfSeed;
        this.maskingKey = maskingKey;
        this.keyPairSeed = keyPairSeed;
    }

    byte[] credentialIdentifier() {
        return credentialIdentifier.clone();
    }

    SecretBytes oprfSeed() {
        return oprfSeed;
    }

    RegistrationRecord record(OpaqueServer opaque) {
        return opaque.fakeRecord(keyPairSeed, maskingKey);
    }

    @Override
    public void close() {
        oprfSeed.close();
        maskingKey.close();
        keyPairSeed.close();
    }
}
