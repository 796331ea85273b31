package dev.latchkey.client;

import java.util.Arrays;
import java.util.HexFormat;

/** Where an account's audit chain stands: the number of its last entry, and the hash that covers all of them. */
public final class AuditHead {

    private final long n;
    private final byte[] hash;

    private AuditHead(long n, byte[] hash) {
        this.n = n;
        this.hash = hash;
    }

    /** The number of the last entry; zero before the first. */
    public long n() {
        return n;
    }

    /** The hash over all entries, 32 bytes; a new array at each call. */
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
