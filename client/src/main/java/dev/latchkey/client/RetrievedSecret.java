package dev.latchkey.client;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.Descriptor;
import dev.latchkey.protocol.KeyId;

/** A secret brought back, opened and verified; closing it wipes the secret. */
public final class RetrievedSecret implements AutoCloseable {

    private final KeyId keyId;
    private final Descriptor descriptor;
    private final SecretBytes secret;

    RetrievedSecret(KeyId keyId, Descriptor descriptor, SecretBytes secret) {
        this.keyId = keyId;
        this.descriptor = descriptor;
        this.secret = secret;
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
