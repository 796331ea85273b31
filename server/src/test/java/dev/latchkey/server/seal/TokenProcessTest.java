package dev.latchkey.server.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.seal.RootKeySource.InToken;
import dev.latchkey.server.store.Accounts.Creation;
import dev.latchkey.server.store.Accounts.Credentials;
import dev.latchkey.server.store.Accounts.NewAccount;
import dev.latchkey.server.store.ClockOffset;
import dev.latchkey.server.store.NameTag;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreLocation.SqliteFile;
import dev.latchkey.server.store.StoreOptions;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.StoreUnavailableException.Reason;
import dev.latchkey.server.store.jdbc.Stores;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a server whose token hangs, loses its sessions or changes its PIN. */
final class TokenProcessTest {
    private static final Duration PATIENT = Duration.ofSeconds(60);
    private static final Duration DEADLINE = Duration.ofSeconds(8);
    private static final Cell CELL = Cell.of("data_keys", "wrapped").row(1);

    private final SecureRandom random = new SecureRandom();
    private final AtomicLong nanos = new AtomicLong();
    private final ClockOffset clock = new ClockOffset();
    private final NameTag name = NameTag.of(new byte[NameTag.BYTES]);

    @TempDir
    private Path folder;

    private BentToken token;
    private InToken source;

    @BeforeEach
    void makeToken() throws Exception {
        token = new BentToken(folder);
        Path pin = folder.resolve("pin");
        Files.createFile(pin, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(pin, "5678\n");
        source = new InToken(folder, 0, pin, "latchkey-root");
    }

    @Test
    void token_thatHangs_isWaitedForOnce_andOwnersWhoseKeysAreKnownAreServed() throws Exception {
        try (KeyWrapper rootKey = TokenRootKey.open(source, token.process(DEADLINE, nanos::get));
                Store store = Stores.open(StoreOptions.of(new SqliteFile(folder.resolve("db")), rootKey, random)
                        .clockOffset(clock))) {
            register(store);
            beginHandshake(store);
            token.is(BentToken.HANGS);
            // What passes is sealed under a new key every day, and that one the token has to wrap.
            clock.advance(Duration.ofHours(25));
            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> beginHandshake(store))
                    .withMessageContaining("gave no answer in 8000 ms; its process was ended")
                    .extracting(StoreUnavailableException::reason)
                    .isEqualTo(Reason.FAILED);

            long begun = System.nanoTime();
            for (int i = 0; i < 20; i++) {
                assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> beginHandshake(store));
                try (Credentials found =
                        store.view(tx -> tx.accounts().byName(name)).orElseThrow()) {
                    assertThat(found.credentialVersion()).isEqualTo(1);
                }
            }
            long refused = System.nanoTime() - begun;
            assertThat(refused).isLessThan(DEADLINE.toNanos());

            token.is(BentToken.WELL);
            // Only a look whose time has come finds that out; the one that began at once may hang for its deadline.
            nanos.addAndGet(TokenOutage.PAUSE.toNanos());
            long well = System.nanoTime();
            awaitHandshake(store);
            System.out.printf(
                    "fault token that hangs: found out in %d ms, then 20 logins refused and 20 records read within %d ms, healed"
                            + " %d ms after the next look was due%n",
                    DEADLINE.toMillis(),
                    TimeUnit.NANOSECONDS.toMillis(refused),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - well));
        }
    }

    @Test
    void session_thatEnded_isOpenedAnewForWhoeverAsks() throws Exception {
        SecretBytes dataKey = SecretBytes.random(KeyWrapper.DATA_KEY_BYTES, random);
        try (KeyWrapper rootKey = TokenRootKey.open(source, token.process(PATIENT, nanos::get))) {
            byte[] wrapped = rootKey.wrap(dataKey, CELL);
            token.hasLostTheSessionOf(token.starts().get(0));

            try (SecretBytes opened = rootKey.unwrap(wrapped, CELL)) {
                assertThat(opened.constantTimeEquals(dataKey.exposed())).isTrue();
            }
            assertThat(token.starts()).hasSize(2);
        }
    }

    @Test
    void pin_thatIsAnotherNow_isShownOnce() throws Exception {
        SecretBytes dataKey = SecretBytes.random(KeyWrapper.DATA_KEY_BYTES, random);
        try (KeyWrapper rootKey = TokenRootKey.open(source, token.process(PATIENT, nanos::get))) {
            token.is(BentToken.CHANGED_PIN);

            for (int i = 0; i < 3; i++) {
                assertThatExceptionOfType(RootKeyUnavailableException.class)
                        .isThrownBy(() -> rootKey.wrap(dataKey, CELL))
                        .withMessageContaining("CKR_PIN_INCORRECT");
                nanos.addAndGet(TokenOutage.PAUSE.toNanos());
            }
            assertThat(token.starts()).hasSize(2);
        }
    }

    private void register(Store store) throws Exception {
        try (SecretBytes secret = SecretBytes.random(192, random)) {
            Creation creation = store.transact(tx -> tx.accounts()
                    .create(new NewAccount(name, new byte[4], UserId.random(random), secret, secret, new byte[93])));
            assertThat(creation).isEqualTo(Creation.CREATED);
        }
    }

    private void beginHandshake(Store store) throws Exception {
        try (SecretBytes secret = SecretBytes.random(500, random)) {
            store.transact(tx -> {
                tx.handshakes().add(SessionId.random(random), secret, Duration.ofSeconds(60));
                return null;
            });
        }
    }

    private void awaitHandshake(Store store) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try {
                beginHandshake(store);
                return;
            } catch (StoreUnavailableException e) {
                if (System.nanoTime() > until) {
                    throw e;
                }
                // A look may be in vain where a token's process takes its time to start, and another follows it.
                nanos.addAndGet(TokenOutage.PAUSE.toNanos());
                Thread.onSpinWait();
            }
        }
    }
}
