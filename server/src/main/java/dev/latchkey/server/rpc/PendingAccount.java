package dev.latchkey.server.rpc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.UserId;

/**
 * An account that does not exist yet: what a registration has gathered on its way. It becomes an account only together
 * with its storage key.
 */
final class PendingAccount implements AutoCloseable {
    private final UserId user;
    private final byte[] accountName;
    private final SecretBytes oprfSeed;
    private final SecretBytes record;

    /** Takes ownership of both secrets. {@code record} is empty before the second step. */
    PendingAccount(UserId user, byte[] accountName, SecretBytes oprfSeed, SecretBytes record) {
        this.user = user;
        this.accountName = accountName;
        this.oprfSeed = oprfSeed;
        this.record = record;
    }

    static PendingAccount decode(SecretBytes encoded) {
        Fields fields = Fields.split(encoded, 4);
        return new PendingAccount(
                UserId.of(fields.get(0)),
                fields.get(1),
                SecretBytes.takeOwnership(fields.get(2)),
                SecretBytes.takeOwnership(fields.get(3)));
    }

    SecretBytes encode() {
        return Fields.join(user.toByteArray(), accountName, oprfSeed.exposed(), record.exposed());
    }

    /** The same with its record, 192 bytes, copied. */
    PendingAccount withRecord(byte[] registrationRecord) {
        return new PendingAccount(user, accountName, oprfSeed.copy(), SecretBytes.copyOf(registrationRecord));
    }

    PendingAccount copy() {
        return new PendingAccount(user, accountName, oprfSeed.copy(), record.copy());
    }

    UserId user() {
        return user;
    }

    /** UTF-8. */
    byte[] accountName() {
        return accountName;
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
