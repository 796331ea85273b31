package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.RegistrationId;
import dev.latchkey.protocol.SessionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** Handshakes and pending registrations. */
abstract class WaitingContract extends StoreContract {
    private static final Duration LIFETIME = Duration.ofSeconds(60);
    private static final int AT_MOST = 4;
    private static final int PLACES = 200;

    private final byte[] payload = TestAccount.bytes(500);
    private final SessionId handshake = TestAccount.newSessionId();
    private final RegistrationId registration = RegistrationId.of(TestAccount.bytes(RegistrationId.BYTES));
    private final List<SessionId> flooding = new ArrayList<>();

    private void add(SessionId id) throws Exception {
        try (SecretBytes secret = SecretBytes.copyOf(payload)) {
            run(tx -> tx.handshakes().add(id, secret, LIFETIME));
        }
    }

    private void add(RegistrationId id) throws Exception {
        try (SecretBytes secret = SecretBytes.copyOf(payload)) {
            run(tx -> tx.pendingRegistrations().add(id, secret, LIFETIME));
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
        add(handshake);
        add(registration);

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
    void add_asManyAsAllowedWait_theOneThatWaitedLongestGivesWay() throws Exception {
        reopen(options -> options.maxHandshakes(AT_MOST).maxPendingRegistrations(AT_MOST));
        List<SessionId> later = new ArrayList<>();
        add(handshake);
        add(registration);
        // Of one row: by them a subquery would be run again for each of those that have come since.
        testDatabase().takeStatistics();
        for (int i = 1; i <= AT_MOST; i++) {
            clock.advance(Duration.ofSeconds(1));
            later.add(TestAccount.newSessionId());
            add(later.get(i - 1));
            if (i < AT_MOST) {
                add(RegistrationId.of(TestAccount.bytes(16)));
            }
        }

        assertThat(consume(handshake)).isFalse();
        assertThat(consume(registration)).as("of another table").isTrue();
        for (SessionId id : later) {
            assertThat(consume(id)).isTrue();
        }
    }

    /** As fast as the database can; an owner begins in the midst of it, and needs as long as half of the places last. */
    @Test
    void add_aFlood_isBoundedAndAnOwnerInTheMidstOfItIsServed() throws Exception {
        reopen(options -> options.maxHandshakes(PLACES).maxPendingRegistrations(PLACES));
        long start = System.nanoTime();
        flood(2 * PLACES);
        clock.advance(Duration.ofMillis(1));
        add(handshake);
        add(registration);
        flood(PLACES / 2);
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        assertThat(consume(handshake)).isTrue();
        assertThat(consume(registration)).isTrue();
        assertThat(stillWaiting()).isEqualTo(PLACES - 1);
        System.out.printf(
                "fault flood of handshakes and pending registrations (%s): %d of each begun within %d ms, %d of each kept, an"
                        + " owner in the midst of them served%n",
                getClass().getEnclosingClass().getSimpleName(), 5 * PLACES / 2, took.toMillis(), PLACES);
    }

    private void flood(int calls) throws Exception {
        try (SecretBytes secret = SecretBytes.copyOf(payload)) {
            for (int call = 0; call < calls; call += PLACES / 2) {
                clock.advance(Duration.ofMillis(1));
                run(tx -> {
                    for (int i = 0; i < PLACES / 2; i++) {
                        SessionId id = TestAccount.newSessionId();
                        flooding.add(id);
                        tx.handshakes().add(id, secret, LIFETIME);
                        tx.pendingRegistrations().add(RegistrationId.of(TestAccount.bytes(16)), secret, LIFETIME);
                    }
                });
            }
        }
    }

    /** Of the handshakes of the flood. */
    private int stillWaiting() throws Exception {
        return in(tx -> {
            int waiting = 0;
            for (SessionId id : flooding) {
                Optional<SecretBytes> consumed = tx.handshakes().consume(id);
                consumed.ifPresent(SecretBytes::close);
                waiting += consumed.isPresent() ? 1 : 0;
            }
            return waiting;
        });
    }

    @Test
    void add_registrationsFillTheirPlaces_leavesRoomForLogins() throws Exception {
        reopen(options -> options.maxHandshakes(1).maxPendingRegistrations(AT_MOST));
        try (SecretBytes secret = SecretBytes.copyOf(payload)) {
            run(tx -> {
                for (int i = 0; i < AT_MOST; i++) {
                    tx.registrationHandshakes().add(TestAccount.newSessionId(), secret, LIFETIME);
                }
            });
            add(handshake);
            run(tx -> tx.registrationHandshakes().add(TestAccount.newSessionId(), secret, LIFETIME));
        }

        assertThat(consume(handshake)).isTrue();
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
        List<SessionId> all = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            all.add(TestAccount.newSessionId());
        }

        sideBySide(all.stream()
                .<Callable<Boolean>>map(id -> () -> {
                    add(id);
                    return true;
                })
                .toList());

        int kept = 0;
        for (SessionId id : all) {
            kept += consume(id) ? 1 : 0;
        }
        assertThat(kept).isEqualTo(AT_MOST);
    }

    @Test
    void add_theOthersHaveExpired_pushesOutNobody() throws Exception {
        reopen(options -> options.maxHandshakes(2));
        add(TestAccount.newSessionId());
        clock.advance(LIFETIME);
        add(handshake);
        SessionId second = TestAccount.newSessionId();
        add(second);

        assertThat(consume(handshake)).isTrue();
        assertThat(consume(second)).isTrue();
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
        // Seals under a new key.
        add(handshake);

        assertThat(consume(registration)).isTrue();
        assertThat(consume(handshake)).isTrue();
    }
}
