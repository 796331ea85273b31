package dev.latchkey.client.testserver;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.UserId;

/** Who registers or logs in, and what the password is tried against; {@code record} is null until it has come. */
final class Claimant {

    final AccountName name;
    final UserId userId;
    final SecretBytes oprfSeed;
    final byte[] record;

    Claimant(AccountName name, UserId userId, SecretBytes oprfSeed, byte[] record) {
        this.name = name;
        this.userId = userId;
        this.oprfSeed = oprfSeed;
        this.record = record;
    }

    Claimant with(byte[] newRecord) {
        return new Claimant(name, userId, oprfSeed, newRecord);
    }
}
