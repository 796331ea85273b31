package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.store.Sessions.NewSession;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Changes of password between their steps. */
abstract class PasswordChangesContract extends StoreContract {
    private static final Duration LIFETIME = Duration.ofMinutes(2);
    private static final int AT_MOST = 3;
    private static final int ACCOUNT = 3;

    private final UserId user = TestAccount.random().user;
    private final SessionId session = TestAccount.newSessionId();
    private final byte[] first = TestAccount.bytes(100);
    private final byte[] second = TestAccount.bytes(300);

    private boolean put(SessionId id, byte[] payload) throws Exception {
        try (SecretBytes secret = SecretBytes.copyOf(payload)) {
            return in(tx -> tx.passwordChanges().put(id, secret, LIFETIME));
        }
    }

    private Optional<byte[]> consume(SessionId id) throws Exception {
        Optional<SecretBytes> consumed = in(tx -> tx.passwordChanges().consume(id));
        try (SecretBytes secret = consumed.orElseGet(() -> SecretBytes.allocate(0))) {
            return consumed.isEmpty() ? Optional.empty() : Optional.of(secret.copyBytes());
        }
    }

    private SessionId opened() throws Exception {
        SessionId id = TestAccount.newSessionId();
        try (SecretBytes keys = SecretBytes.copyOf(TestAccount.bytes(64))) {
            run(tx -> tx.sessions().open(new NewSession(id, user, ACCOUNT, 1, keys, LIFETIME, LIFETIME), 16));
        }
        return id;
    }

    @Test
    void consume_givesWhatWasPutOnce() throws Exception {
        assertThat(put(session, first)).isTrue();

        assertThat(consume(session)).contains(first);
        assertThat(consume(session)).isEmpty();
    }

    @Test
    void consume_anotherSessions_isEmpty() throws Exception {
        put(session, first);

        assertThat(consume(TestAccount.newSessionId())).isEmpty();
        assertThat(consume(session)).contains(first);
    }

    @Test
    void consume_expired_isEmpty() throws Exception {
        put(session, first);
        clock.advance(LIFETIME);

        assertThat(consume(session)).isEmpty();
    }

    @Test
    void consume_sixteenSideBySide_givesItToOne() throws Exception {
        put(session, first);

        List<Optional<byte[]>> given = sideBySide(times(16, () -> consume(session)));

        assertThat(given).filteredOn(Optional::isPresent).hasSize(1);
    }

    @Test
    void put_again_takesThePlaceOfTheOneBefore() throws Exception {
        reopen(options -> options.maxPasswordChanges(1));
        put(session, first);

        assertThat(put(session, second)).isTrue();

        assertThat(consume(session)).contains(second);
        assertThat(consume(session)).isEmpty();
    }

    @Test
    void put_asManyAsAllowedAreUnderWay_isRefusedAndKeepsTheOthers() throws Exception {
        reopen(options -> options.maxPasswordChanges(AT_MOST));
        put(session, first);
        for (int i = 1; i < AT_MOST; i++) {
            assertThat(put(TestAccount.newSessionId(), first)).isTrue();
        }

        assertThat(put(TestAccount.newSessionId(), second)).isFalse();

        assertThat(consume(session)).contains(first);
        assertThat(put(TestAccount.newSessionId(), second)).isTrue();
    }

    @Test
    void put_theOthersHaveExpired_findsRoom() throws Exception {
        reopen(options -> options.maxPasswordChanges(1));
        put(session, first);
        clock.advance(LIFETIME);

        assertThat(put(TestAccount.newSessionId(), second)).isTrue();
    }

    @Test
    void close_aSession_endsItsChangeAndNoOther() throws Exception {
        SessionId one = opened();
        SessionId other = opened();
        put(one, first);
        put(other, second);

        run(tx -> tx.sessions().close(one));

        assertThat(consume(one)).isEmpty();
        assertThat(consume(other)).contains(second);
    }

    @Test
    void closeAllOf_endsTheChangesOfThatUserAlone() throws Exception {
        SessionId one = opened();
        put(one, first);
        put(session, second);

        run(tx -> tx.sessions().closeAllOf(user));

        assertThat(consume(one)).isEmpty();
        assertThat(consume(session)).contains(second);
    }
}
