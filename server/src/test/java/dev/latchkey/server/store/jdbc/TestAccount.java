package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditOutcome;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.store.Accounts.Creation;
import dev.latchkey.server.store.Accounts.NewAccount;
import dev.latchkey.server.store.AuditLog.Event;
import dev.latchkey.server.store.NameTag;
import dev.latchkey.server.store.Secrets.SealedSecret;
import dev.latchkey.server.store.Transaction;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/** An owner with random everything. What looks like a secret here is one nobody has. */
final class TestAccount {
    private static final SecureRandom RANDOM = new SecureRandom();

    final NameTag name;
    final UserId user;
    final byte[] record = bytes(192);
    final byte[] oprfSeed = bytes(64);
    final byte[] encryptedStorageKey = bytes(93);

    TestAccount(NameTag name, UserId user) {
        this.name = name;
        this.user = user;
    }

    static TestAccount random() {
        return new TestAccount(NameTag.of(bytes(NameTag.BYTES)), UserId.random(RANDOM));
    }

    Creation createIn(Transaction tx) {
        try (SecretBytes recordSecret = SecretBytes.copyOf(record);
                SecretBytes seedSecret = SecretBytes.copyOf(oprfSeed)) {
            return tx.accounts()
                    .create(new NewAccount(
                            name,
                            "rosa".getBytes(StandardCharsets.UTF_8),
                            user,
                            recordSecret,
                            seedSecret,
                            encryptedStorageKey));
        }
    }

    KeyId newKeyId() {
        return KeyId.derive(user, bytes(32), bytes(32));
    }

    static SealedSecret secret(KeyId keyId) {
        return new SealedSecret(keyId, bytes(16), bytes(60), bytes(200));
    }

    static Event event(long unixMillis) {
        return new Event(unixMillis, AuditAction.SECRET_STORED, AuditOutcome.DONE, bytes(16), bytes(16), bytes(32));
    }

    static SessionId newSessionId() {
        return SessionId.random(RANDOM);
    }

    static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
