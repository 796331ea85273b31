package dev.latchkey.server.rpc;

import dev.latchkey.opaque.SecretBytes;
import java.nio.ByteBuffer;

/** A change of password on its way: what its steps have gathered so far. */
final class PendingChange implements AutoCloseable {
    private final SecretBytes oprfSeed;
    private final SecretBytes record;
    private final SecretBytes login;
    private final long endsAt;

    private PendingChange(SecretBytes oprfSeed, SecretBytes record, SecretBytes login, long endsAt) {
        this.oprfSeed = oprfSeed;
        this.record = record;
        this.login = login;
        this.endsAt = endsAt;
    }

    /**
     * After the first step.
     *
     * @param oprfSeed 64 bytes, copied
     * @param endsAt when the whole change is over, in Unix milliseconds by the database's clock; no step moves it
     */
    static PendingChange started(SecretBytes oprfSeed, long endsAt) {
        return new PendingChange(oprfSeed.copy(), SecretBytes.allocate(0), SecretBytes.allocate(0), endsAt);
    }

    /**
     * After the second step.
     *
     * @param newRecord 192 bytes, copied
     * @param savedLogin the login against it that waits for its KE3, as {@code ServerLogin.save} gave it; copied
     */
    PendingChange submitted(SecretBytes newRecord, SecretBytes savedLogin) {
        return new PendingChange(oprfSeed.copy(), newRecord.copy(), savedLogin.copy(), endsAt);
    }

    static PendingChange decode(SecretBytes encoded) {
        Fields fields = Fields.split(encoded, 4);
        return new PendingChange(
                SecretBytes.takeOwnership(fields.get(0)),
                SecretBytes.takeOwnership(fields.get(1)),
                SecretBytes.takeOwnership(fields.get(2)),
                ByteBuffer.wrap(fields.get(3)).getLong());
    }

    SecretBytes encode() {
        byte[] ends = ByteBuffer.allocate(Long.BYTES).putLong(endsAt).array();
        return Fields.join(oprfSeed.exposed(), record.exposed(), login.exposed(), ends);
    }

    /** Whether the record is here, so that only its proof is missing. */
    boolean isSubmitted() {
        return record.length() > 0;
    }

    SecretBytes oprfSeed() {
        return oprfSeed;
    }

    SecretBytes record() {
        return record;
    }

    SecretBytes login() {
        return login;
    }

    long endsAt() {
        return endsAt;
    }

    @Override
    public void close() {
        oprfSeed.close();
        record.close();
        login.close();
    }
}
