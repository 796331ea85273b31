package dev.latchkey.server.store;

/** A key that is wrapped under the root key of a database. */
public final class WrappedKey {
    private final byte[] fingerprint;
    private final byte[] bytes;

    /** @param fingerprint of the root key; both belong to this from now on */
    public WrappedKey(byte[] fingerprint, byte[] bytes) {
        this.fingerprint = fingerprint;
        this.bytes = bytes;
    }

    /** Of the root key that it is under. */
    public byte[] fingerprint() {
        return fingerprint.clone();
    }

    public byte[] bytes() {
        return bytes.clone();
    }
}
