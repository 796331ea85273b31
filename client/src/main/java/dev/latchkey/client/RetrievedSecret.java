package dev.latchkey.client;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.Descriptor;
import dev.latchkey.protocol.KeyId;
import java.util.Optional;

/** A secret brought back, opened and verified; closing it wipes the secret. */
public final class RetrievedSecret implements AutoCloseable {

    private final KeyId keyId;
    private final Descriptor descriptor;
    private final SecretBytes secret;
    private final SecretVersion version;

    RetrievedSecret(KeyId keyId, Descriptor descriptor, SecretBytes secret, SecretVersion version) {
        this.keyId = keyId;
        this.descriptor = descriptor;
        this.secret = secret;
        this.version = version;
    }

    /** The secret's identifier. */
    public KeyId keyId() {
        return keyId;
    }

    /** The secret's label, type, origin and time of creation. */
    public Descriptor descriptor() {
        return descriptor;
    }

    /** The secret itself, 1–65,535 bytes; it lives as long as this object is open. */
    public SecretBytes secret() {
        return secret;
    }

    /** The state it is in, which a change of it names. */
    public SecretVersion version() {
        return version;
    }

    /** What a list shows of it, to name it in a change; when it was last retrieved is left out. */
    public SecretSummary summary() {
        return new SecretSummary(keyId, descriptor, Optional.empty(), version);
    }

    /** Wipes the secret; closing again does nothing. */
    @Override
    public void close() {
        secret.close();
    }

    @Override
    public String toString() {
        return "RetrievedSecret[" + keyId + ", REDACTED]";
    }
}
