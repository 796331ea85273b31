package dev.latchkey.server.rpc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.InvalidInputException;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.server.store.BudgetTag;
import dev.latchkey.server.store.NameTag;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** All that the server must remember between KE2 and KE3. */
final class HandshakeState implements AutoCloseable {
    private final Subject subject;
    private final byte[] ke1;
    private final byte[] ke2;
    private final SecretBytes opaqueState;
    private final Optional<PendingAccount> pending;

    /**
     * Whose handshake it is.
     *
     * @param credentialVersion of the account when KE2 was made; 0 where there is no account
     */
    record Subject(SessionKind kind, UserId user, Guess guess, AccountName name, long credentialVersion) {}

    /**
     * How the attempt is counted.
     *
     * @param name under which it is remembered
     * @param budget from which its unit was taken
     * @param device the one whose ticket was shown and good
     */
    record Guess(NameTag name, BudgetTag budget, Optional<DeviceId> device) {
        /** That of somebody who showed no ticket, or none that counts. */
        static Guess ofStranger(NameTag name) {
            return new Guess(name, BudgetTag.of(name), Optional.empty());
        }
    }

    /** Takes ownership of {@code opaqueState} and {@code pending}. */
    HandshakeState(Subject subject, byte[] ke1, byte[] ke2, SecretBytes opaqueState, Optional<PendingAccount> pending) {
        this.subject = subject;
        this.ke1 = ke1;
        this.ke2 = ke2;
        this.opaqueState = opaqueState;
        this.pending = pending;
    }

    static HandshakeState decode(SecretBytes encoded) {
        Fields fields = Fields.split(encoded, 11);
        Subject subject = new Subject(
                SessionKind.forNumber(fields.get(0)[0]),
                UserId.of(fields.get(1)),
                new Guess(NameTag.of(fields.get(2)), BudgetTag.of(fields.get(3)), device(fields.get(4))),
                name(fields.get(5)),
                ByteBuffer.wrap(fields.get(6)).getLong());
        return new HandshakeState(
                subject,
                fields.get(7),
                fields.get(8),
                SecretBytes.takeOwnership(fields.get(9)),
                decodePending(SecretBytes.takeOwnership(fields.get(10))));
    }

    private static Optional<DeviceId> device(byte[] id) {
        return id.length == 0 ? Optional.empty() : Optional.of(DeviceId.of(id));
    }

    private static AccountName name(byte[] utf8) {
        try {
            return AccountName.canonical(new String(utf8, StandardCharsets.UTF_8));
        } catch (InvalidInputException damaged) {
            throw new IllegalStateException("stored state of another version", damaged);
        }
    }

    private static Optional<PendingAccount> decodePending(SecretBytes encoded) {
        try (encoded) {
            return encoded.length() == 0 ? Optional.empty() : Optional.of(PendingAccount.decode(encoded));
        }
    }

    SecretBytes encode() {
        try (SecretBytes encodedPending =
                pending.map(PendingAccount::encode).orElseGet(() -> SecretBytes.allocate(0))) {
            return Fields.join(
                    new byte[] {(byte) subject.kind().getNumber()},
                    subject.user().toByteArray(),
                    subject.guess().name().toByteArray(),
                    subject.guess().budget().toByteArray(),
                    subject.guess().device().map(DeviceId::toByteArray).orElse(new byte[0]),
                    subject.name().utf8(),
                    ByteBuffer.allocate(Long.BYTES)
                            .putLong(subject.credentialVersion())
                            .array(),
                    ke1,
                    ke2,
                    opaqueState.exposed(),
                    encodedPending.exposed());
        }
    }

    Subject subject() {
        return subject;
    }

    byte[] ke1() {
        return ke1.clone();
    }

    byte[] ke2() {
        return ke2.clone();
    }

    /** What {@code ServerLogin.save} gave. */
    SecretBytes opaqueState() {
        return opaqueState;
    }

    /** Present exactly in the login of a registration. */
    Optional<PendingAccount> pending() {
        return pending;
    }

    @Override
    public void close() {
        opaqueState.close();
        pending.ifPresent(PendingAccount::close);
    }
}
