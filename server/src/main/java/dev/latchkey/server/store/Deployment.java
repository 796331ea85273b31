package dev.latchkey.server.store;

import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.opaque.SecretBytes;

/**
 * What a deployment fixes at its first start and never changes: the cost of stretching a password, the server's OPAQUE
 * private key (32 bytes) and the key under which answers for unknown accounts are made (32 bytes).
 */
public final class Deployment implements AutoCloseable {
    private final KsfParameters ksf;
    private final SecretBytes serverPrivateKey;
    private final SecretBytes enumerationKey;

    /** Takes ownership of both keys. */
    public Deployment(KsfParameters ksf, SecretBytes serverPrivateKey, SecretBytes enumerationKey) {
        this.ksf = ksf;
        this.serverPrivateKey = serverPrivateKey;
        this.enumerationKey = enumerationKey;
    }

    public KsfParameters ksf() {
        return ksf;
    }

    /** The live key: owned by this deployment. */
    public SecretBytes serverPrivateKey() {
        return serverPrivateKey;
    }

    /** The live key: owned by this deployment. */
    public SecretBytes enumerationKey() {
        return enumerationKey;
    }

    @Override
    public void close() {
        serverPrivateKey.close();
        enumerationKey.close();
    }
}
