package dev.latchkey.client;

import java.security.MessageDigest;
import java.util.Arrays;

/** What a server is recognised by: its OPAQUE public key, and the authority that vouches for its certificate. */
final class ServerIdentity {

    static final int PUBLIC_KEY_BYTES = 32;
    static final int AUTHORITY_BYTES = 32;

    private final byte[] publicKey;
    private final byte[] authority;

    /** Takes over both arrays, 32 bytes each. */
    ServerIdentity(byte[] publicKey, byte[] authority) {
        this.publicKey = publicKey;
        this.authority = authority;
    }

    byte[] publicKey() {
        return publicKey.clone();
    }

    /** The SHA-256 hash of the authority's public key. */
    byte[] authority() {
        return authority.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ServerIdentity that
                && MessageDigest.isEqual(publicKey, that.publicKey)
                && MessageDigest.isEqual(authority, that.authority);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(publicKey);
    }
}
