package dev.latchkey.client;

import dev.latchkey.protocol.AuditChain;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.UserId;
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

    /** Takes over {@code hash}, 32 bytes. */
    static AuditHead of(long n, byte[] hash) {
        return new AuditHead(n, hash);
    }

    /** The head of a log without entries. */
    static AuditHead start(UserId userId) {
        return new AuditHead(0, AuditChain.start(userId));
    }

    /** The head after {@code entry}. */
    AuditHead next(AuditEntry entry) {
        return new AuditHead(n + 1, AuditChain.next(hash, entry));
    }

    static AuditHead read(dev.latchkey.protocol.wire.AuditHead head) throws KeyClientException {
        if (head.getN() < 0) {
            throw Answers.unexpected();
        }
        return new AuditHead(head.getN(), head.getHead().toByteArray());
    }
}
