package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.RegistrationId;
import dev.latchkey.protocol.SessionId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Handshakes and pending registrations. */
abstract class WaitingContract extends StoreContract {
    private static final Duration LIFETIME = Duration.ofSeconds(60);
    private static final int AT_MOST = 4;

    private final byte[] payload = TestAccount.bytes(500);
    private final SessionId handshake = TestAccount.newSessionId();
    private final RegistrationId registration = RegistrationId.of(TestAccount.bytes(RegistrationId.BYTES));

    private boolean add(SessionId id) throws Exception {
        try (SecretBytes secret = SecretBytes.copyOf(payload)) {
            return in(tx -> tx.handshakes().add(id, secret, LIFETIME));
        }
    }

    private boolean add(RegistrationId id) throws Exception {
        try (SecretBytes secret = SecretBytes.copyOf(payload)) {
            return in(tx -> tx.pendingRegistrations().add(id, secret, LIFETIME));
        }
    }

    private boolean consume(SessionId id) throws Exception {
        return isPayload(in(tx -> tx.handshakes().consume(id)));
    }

    private boolean consume(RegistrationId id) throws Exception {
        return isPayload(in(tx -> tx.pendingRegistrations().consume(id)));
    }

    private boolean isPayload(Optional<SecretBytes> consumed) {
        if (consumed.isEmpty()) {
            return false;
        }
        try (SecretBytes opened = consumed.get()) {
            assertThat(opened.constantTimeEquals(payload)).isTrue();
            return true;
        }
    }

    @Test
    void consume_givesWhatWasAddedOnce() throws Exception {
        assertThat(add(handshake)).isTrue();
        assertThat(add(registration)).isTrue();

        assertThat(consume(handshake)).isTrue();
        assertThat(consume(handshake)).isFalse();
        assertThat(consume(registration)).isTrue();
        assertThat(consume(registration)).isFalse();
    }

    @Test
    void consume_sixteenSideBySide_givesItToOne() throws Exception {
        add(handshake);

        List<Boolean> given = sideBySide(times(16, () -> consume(handshake)));

        assertThat(given).filteredOn(Boolean::booleanValue).hasSize(1);
    }

    @Test
    void consume_inATransactionThatFails_leavesIt() throws Exception {
        add(handshake);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(tx -> {
                    tx.handshakes().consume(handshake).orElseThrow().close();
                    throw new IllegalArgumentException("own");
                }));

        assertThat(consume(handshake)).isTrue();
    }

    @Test
    void consume_unknown_isEmpty() throws Exception {
        assertThat(consume(handshake)).isFalse();
        assertThat(consume(registration)).isFalse();
    }

    @Test
    void consume_justBeforeItExpires_givesIt() throws Exception {
        add(handshake);
        clock.advance(LIFETIME.minusSeconds(20));

        assertThat(consume(handshake)).isTrue();
    }

    @Test
    void consume_expired_isEmpty() throws Exception {
        add(handshake);
        add(registration);
        clock.advance(LIFETIME);

        assertThat(consume(handshake)).isFalse();
        assertThat(consume(registration)).isFalse();
    }

    @Test
    void add_asManyAsAllowedWait_isRefusedAndKeepsTheOthers() throws Exception {
        reopen(options -> options.maxHandshakes(AT_MOST).maxPendingRegistrations(AT_MOST));
        for (int i = 1; i < AT_MOST; i++) {
            assertThat(add(TestAccount.newSessionId())).isTrue();
            assertThat(add(RegistrationId.of(TestAccount.bytes(16)))).isTrue();
        }
        assertThat(add(handshake)).isTrue();
        assertThat(add(registration)).isTrue();
        SessionId late = TestAccount.newSessionId();

        assertThat(add(late)).isFalse();
        assertThat(add(RegistrationId.of(TestAccount.bytes(16)))).isFalse();

        assertThat(consume(late)).isFalse();
        assertThat(consume(handshake)).isTrue();
        assertThat(consume(registration)).isTrue();
    }

    @Test
    void add_registrationsFillTheirPlaces_leavesRoomForLogins() throws Exception {
        reopen(options -> options.maxHandshakes(1).maxPendingRegistrations(AT_MOST));
        try (SecretBytes secret = SecretBytes.copyOf(payload)) {
            run(tx -> {
                for (int i = 0; i < AT_MOST; i++) {
                    assertThat(tx.registrationHandshakes().add(TestAccount.newSessionId(), secret, LIFETIME))
                            .isTrue();
                }
                assertThat(tx.registrationHandshakes().add(handshake, secret, LIFETIME))
                        .isFalse();
            });
        }

        assertThat(add(handshake)).isTrue();
        assertThat(add(registration)).isTrue();
    }

    @Test
    void consume_aRegistrationsHandshake_isNotALogins() throws Exception {
        try (SecretBytes secret = SecretBytes.copyOf(payload)) {
            run(tx -> tx.registrationHandshakes().add(handshake, secret, LIFETIME));
        }

        assertThat(consume(handshake)).isFalse();
        assertThat(isPayload(in(tx -> tx.registrationHandshakes().consume(handshake))))
                .isTrue();
    }

    @Test
    void add_sideBySide_neverExceedsTheBound() throws Exception {
        reopen(options -> options.maxHandshakes(AT_MOST));

        List<Boolean> added = sideBySide(times(32, () -> add(TestAccount.newSessionId())));

        assertThat(added).filteredOn(Boolean::booleanValue).hasSize(AT_MOST);
    }

    @Test
    void add_theOthersHaveExpired_findsRoom() throws Exception {
        reopen(options -> options.maxHandshakes(AT_MOST));
        for (int i = 0; i < AT_MOST; i++) {
            add(TestAccount.newSessionId());
        }
        clock.advance(LIFETIME);

        assertThat(add(handshake)).isTrue();
    }

    @Test
    void add_oneWasConsumed_findsRoom() throws Exception {
        reopen(options -> options.maxHandshakes(1));
        add(handshake);
        consume(handshake);

        assertThat(add(TestAccount.newSessionId())).isTrue();
    }

    @Test
    void add_longerThanItsKeyIsKept_isACallersBug() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(tx -> {
                    try (SecretBytes secret = SecretBytes.copyOf(payload)) {
                        tx.handshakes().add(handshake, secret, TransientKeys.LONGEST_LIFE.plusMillis(1));
                    }
                }));
    }

    @Test
    void consume_sealedUnderTheKeyOfTheDayBefore_opens() throws Exception {
        Duration longest = TransientKeys.LONGEST_LIFE;
        try (SecretBytes secret = SecretBytes.copyOf(payload)) {
            run(tx -> tx.pendingRegistrations().add(RegistrationId.of(TestAccount.bytes(16)), secret, longest));
            clock.advance(Duration.ofHours(23));
            run(tx -> tx.pendingRegistrations().add(registration, secret, longest));
        }
        clock.advance(Duration.ofHours(23));
        assertThat(add(handshake)).as("seals under a new key").isTrue();

        assertThat(consume(registration)).isTrue();
        assertThat(consume(handshake)).isTrue();
    }
}
