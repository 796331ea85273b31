package dev.latchkey.client;

import java.util.Arrays;
import java.util.HexFormat;

/** Where an account's audit chain stands: the number of its last entry, and the hash that covers all of them. */
public final class AuditHead {

    /** The size of the hash. */
    public static final int HASH_BYTES = 32;

    private final long n;
    private final byte[] hash;

    private AuditHead(long n, byte[] hash) {
        this.n = n;
        this.hash = hash;
    }

    /**
     * A head as it was kept from an earlier session.
     *
     * @param n 0 or more
     * @param hash {@value #HASH_BYTES} bytes; copied
     */
    public static AuditHead of(long n, byte[] hash) {
        if (n < 0 || hash.length != HASH_BYTES) {
            throw new IllegalArgumentException("an audit head is a number from 0 and a hash of 32 bytes");
        }
        return new AuditHead(n, hash.clone());
    }

    /** The number of the last entry; zero before the first. */
    public long n() {
        return n;
    }

    /** The hash over all entries; a new array at each call. */
    public byte[] hash() {
        return hash.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AuditHead head && n == head.n && Arrays.equals(hash, head.hash);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(n) + Arrays.hashCode(hash);
    }

    @Override
    public String toString() {
        return n + ":" + HexFormat.of().formatHex(hash);
    }

    static AuditHead read(dev.latchkey.protocol.wire.AuditHead head) throws KeyClientException {
        if (head.getN() < 0) {
            throw Answers.unexpected();
        }
        return new AuditHead(head.getN(), head.getHead().toByteArray());
    }
}
