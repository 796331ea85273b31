package dev.latchkey.server.rpc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.UserId;
import java.nio.ByteBuffer;

/**
 * An account that does not exist yet: what a registration has gathered on its way. It becomes an account only together
 * with its storage key.
 */
final class PendingAccount implements AutoCloseable {
    private final UserId user;
    private final byte[] accountName;
    private final SecretBytes oprfSeed;
    private final SecretBytes record;
    private final long endsAt;

    /**
     * Takes ownership of both secrets. {@code record} is empty before the second step.
     *
     * @param endsAt when the whole registration is over, by the database's clock; no step moves it
     */
    PendingAccount(UserId user, byte[] accountName, SecretBytes oprfSeed, SecretBytes record, long endsAt) {
        this.user = user;
        this.accountName = accountName;
        this.oprfSeed = oprfSeed;
        this.record = record;
        this.endsAt = endsAt;
    }

    static PendingAccount decode(SecretBytes encoded) {
        Fields fields = Fields.split(encoded, 5);
        return new PendingAccount(
                UserId.of(fields.get(0)),
                fields.get(1),
                SecretBytes.takeOwnership(fields.get(2)),
                SecretBytes.takeOwnership(fields.get(3)),
                ByteBuffer.wrap(fields.get(4)).getLong());
    }

    SecretBytes encode() {
        byte[] ends = ByteBuffer.allocate(Long.BYTES).putLong(endsAt).array();
        return Fields.join(user.toByteArray(), accountName, oprfSeed.exposed(), record.exposed(), ends);
    }

    /** The same with its record, 192 bytes, of which it takes ownership. */
    PendingAccount withRecord(SecretBytes registrationRecord) {
        return new PendingAccount(user, accountName, oprfSeed.copy(), registrationRecord, endsAt);
    }

    PendingAccount copy() {
        return new PendingAccount(user, accountName, oprfSeed.copy(), record.copy(), endsAt);
    }

    UserId user() {
        return user;
    }

    /** UTF-8. */
    byte[] accountName() {
        return accountName;
    }

    /** When the whole registration is over, in Unix milliseconds by the database's clock. */
    long endsAt() {
        return endsAt;
    }

    SecretBytes oprfSeed() {
        return oprfSeed;
    }

    SecretBytes record() {
        return record;
    }

    @Override
    public void close() {
        oprfSeed.close();
        record.close();
    }
}
