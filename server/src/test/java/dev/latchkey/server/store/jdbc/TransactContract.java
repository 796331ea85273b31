package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.server.store.GuessLedger.Take;
import dev.latchkey.server.store.Sessions.NewSession;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.StoreUnavailableException.Reason;
import dev.latchkey.server.store.Transaction;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

abstract class TransactContract extends StoreContract {
    private final TestAccount rosa = TestAccount.random();

    private boolean rosaExists() throws Exception {
        return in(tx -> tx.accounts().credentialVersion(rosa.user)) != 0;
    }

    @Test
    void transact_workReturns_isThereForTheNext() throws Exception {
        run(rosa::createIn);

        assertThat(rosaExists()).isTrue();
    }

    @Test
    void transact_workThrowsItsOwn_throwsItAndLeavesNothingAnywhere() throws Exception {
        SessionId session = TestAccount.newSessionId();
        IOException own = new IOException("own");

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> store().<Void, IOException>transact(tx -> {
                    writeEverywhere(tx, session);
                    throw own;
                }))
                .isSameAs(own);

        assertThatNothingWasWritten(session);
    }

    @Test
    void transact_workFailsUnchecked_throwsItAndLeavesNothingAnywhere() throws Exception {
        SessionId session = TestAccount.newSessionId();

        assertThatIllegalStateException()
                .isThrownBy(() -> run(tx -> {
                    writeEverywhere(tx, session);
                    throw new IllegalStateException("a bug");
                }));

        assertThatNothingWasWritten(session);
    }

    @Test
    void transact_insideAnother_isACallersBug() {
        assertThatIllegalStateException().isThrownBy(() -> run(outer -> run(inner -> {})));
    }

    @Test
    void transact_waitedTooLong_isBusyAndDidNotRun() throws Exception {
        reopenNarrow(options -> options.patience(Duration.ofSeconds(1)));
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch enough = new CountDownLatch(1);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<Void> slow = other.submit(() -> in(tx -> {
                begun.countDown();
                enough.await();
                return null;
            }));
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> run(rosa::createIn))
                    .extracting(StoreUnavailableException::reason)
                    .isEqualTo(Reason.BUSY);
            enough.countDown();
            slow.get();
        } finally {
            other.shutdownNow();
        }

        assertThat(rosaExists()).isFalse();
    }

    @Test
    void transact_interrupted_isBusyAndStaysInterrupted() {
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> run(rosa::createIn));

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void transact_closed_saysSo() throws Exception {
        store().close();

        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> run(rosa::createIn))
                .extracting(StoreUnavailableException::reason)
                .isEqualTo(Reason.CLOSED);
    }

    @Test
    void transaction_usedAfterItsEnd_isACallersBug() throws Exception {
        AtomicReference<Transaction> leaked = new AtomicReference<>();
        run(leaked::set);

        assertThatIllegalStateException()
                .isThrownBy(() -> leaked.get().accounts().credentialVersion(rosa.user));
    }

    @Test
    void nowMillis_isTheSystemsTimePlusTheOffsetAndStandsStill() throws Exception {
        clock.advance(Duration.ofDays(3));
        long before = System.currentTimeMillis();

        run(tx -> {
            long now = tx.nowMillis() - Duration.ofDays(3).toMillis();
            clock.advance(Duration.ofDays(1));

            assertThat(now).isBetween(before - 1, System.currentTimeMillis() + 1);
            assertThat(tx.nowMillis()).isEqualTo(now + Duration.ofDays(3).toMillis());
        });
    }

    @Test
    void deployment_openedAgainWithOtherParameters_isWhatItWasAtTheFirstStart() throws Exception {
        try (SecretBytes privateKey = store().deployment().serverPrivateKey().copy();
                SecretBytes enumerationKey =
                        store().deployment().enumerationKey().copy()) {
            reopen(options -> options.ksf(new KsfParameters(19456, 2, 1)));

            assertThat(store().deployment().ksf()).isEqualTo(KsfParameters.DEFAULT);
            assertThat(store().deployment().serverPrivateKey().constantTimeEquals(privateKey))
                    .isTrue();
            assertThat(store().deployment().enumerationKey().constantTimeEquals(enumerationKey))
                    .isTrue();
        }
    }

    @Test
    void close_again_doesNothing() {
        store().close();
        store().close();
    }

    @Test
    void close_wipesTheDeployment() {
        SecretBytes privateKey = store().deployment().serverPrivateKey();

        store().close();

        assertThatIllegalStateException().isThrownBy(privateKey::length);
    }

    @Test
    void view_seesWhatIsThere() throws Exception {
        run(rosa::createIn);

        long version = store().view(tx -> tx.accounts().credentialVersion(rosa.user));

        assertThat(version).isEqualTo(1);
    }

    @Test
    void view_workThrowsItsOwn_throwsIt() {
        IOException own = new IOException("own");

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> store().<Void, IOException>view(tx -> {
                    throw own;
                }))
                .isSameAs(own);
    }

    @Test
    void reopen_keepsWhatIsDurable() throws Exception {
        SessionId session = TestAccount.newSessionId();
        run(tx -> writeEverywhere(tx, session));

        reopen(options -> options);

        run(tx -> {
            assertThat(tx.accounts().byName(rosa.name)).hasValueSatisfying(TransactContract::close);
            assertThat(tx.ledger().collectFailures(rosa.name, Duration.ZERO).attempts())
                    .hasSize(1);
        });
    }

    private void writeEverywhere(Transaction tx, SessionId session) {
        rosa.createIn(tx);
        assertThat(tx.ledger().take(rosa.name, session)).isInstanceOf(Take.Taken.class);
        tx.audit().append(rosa.user, TestAccount.event(tx.nowMillis()));
        try (SecretBytes secrets = SecretBytes.copyOf(TestAccount.bytes(64))) {
            tx.handshakes().add(session, secrets, Duration.ofMinutes(1));
            tx.sessions()
                    .open(
                            new NewSession(
                                    session, rosa.user, 2, 1, secrets, Duration.ofMinutes(5), Duration.ofHours(1)),
                            16);
        }
    }

    private void assertThatNothingWasWritten(SessionId session) throws Exception {
        run(tx -> {
            assertThat(tx.accounts().byName(rosa.name)).isEmpty();
            assertThat(tx.accounts().credentialVersion(rosa.user)).isZero();
            assertThat(tx.ledger().collectFailures(rosa.name, Duration.ZERO).attempts())
                    .isEmpty();
            assertThat(tx.handshakes().consume(session)).isEmpty();
            assertThat(tx.sessions().find(session)).isEmpty();
        });
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
