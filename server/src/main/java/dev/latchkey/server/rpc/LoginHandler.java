package dev.latchkey.server.rpc;

import com.google.protobuf.ByteString;
import dev.latchkey.opaque.Ke1;
import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.opaque.RegistrationRecord;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.DeviceTicket;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.protocol.wire.StartLoginRequest;
import dev.latchkey.protocol.wire.StartLoginResponse;
import dev.latchkey.server.rpc.HandshakeState.Guess;
import dev.latchkey.server.store.Accounts.Credentials;
import dev.latchkey.server.store.BudgetTag;
import dev.latchkey.server.store.GuessLedger;
import dev.latchkey.server.store.NameTag;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.Transaction;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/**
 * KE1 → KE2. Whoever gets a KE2 can test one password with it and need never come back, so a unit of the name's guess
 * budget, or of the device's own, is taken, durably, before KE2 is made. Unknown names take the same way.
 */
final class LoginHandler {
    private final Store store;
    private final AccountNames names;
    private final HandshakeStarter handshakes;
    private final Duration lifetime;
    private final SecureRandom random;

    /** @param lifetime of a handshake */
    LoginHandler(Store store, AccountNames names, HandshakeStarter handshakes, Duration lifetime, SecureRandom random) {
        this.store = store;
        this.names = names;
        this.handshakes = handshakes;
        this.lifetime = lifetime;
        this.random = random;
    }

    StartLoginResponse start(StartLoginRequest request) throws Rejection, StoreUnavailableException {
        if (request.getKind() != SessionKind.SESSION_KIND_REQUEST
                && request.getKind() != SessionKind.SESSION_KIND_ACCOUNT) {
            throw Rejection.malformed();
        }
        AccountName name = AccountNames.require(request.getAccountName());
        NameTag tag = names.tag(name);
        SessionId sessionId = SessionId.random(random);
        try (Credentials fake = names.fake(name)) {
            Ke1 ke1 = Ke1.parse(request.getKe1().toByteArray());
            try (Taken taken = takeUnit(new Shown(tag, request, fake.user()), sessionId);
                    RegistrationRecord record = RegistrationRecord.parse(
                            taken.storedOr(fake).record().exposed())) {
                Credentials credentials = taken.storedOr(fake);
                byte[] ke2 = handshakes.start(
                        sessionId,
                        new HandshakeState.Subject(
                                request.getKind(),
                                credentials.user(),
                                taken.guess(),
                                name,
                                credentials.credentialVersion()),
                        new HandshakeStarter.TriedAgainst(
                                record, credentials.oprfSeed(), Optional.empty(), taken.at() + lifetime.toMillis()),
                        ke1);
                return StartLoginResponse.newBuilder()
                        .setSessionId(ByteString.copyFrom(sessionId.toByteArray()))
                        .setKe2(ByteString.copyFrom(ke2))
                        .setKsf(Wire.ksf(store.deployment().ksf()))
                        .build();
            }
        } catch (OpaqueException malformed) {
            throw Rejection.malformed();
        }
    }

    private Taken takeUnit(Shown shown, SessionId sessionId) throws Rejection, StoreUnavailableException {
        Taken taken = store.transact(tx -> {
            Guess guess = guess(tx, shown);
            if (tx.ledger().take(guess.name(), guess.budget(), sessionId) instanceof GuessLedger.Take.Refused refused) {
                throw Rejection.guessBudget(refused.retryAfter());
            }
            return new Taken(tx.nowMillis(), guess, tx.accounts().byName(shown.tag()));
        });
        Tally.OF_CALL.get().guess(Tally.Guess.TAKEN);
        return taken;
    }

    /** A ticket that is good draws on its own budget; any other counts as none, after the same work. */
    private Guess guess(Transaction tx, Shown shown) {
        if (!shown.request().hasDeviceTicket()) {
            return Guess.ofStranger(shown.tag());
        }
        UserId user = tx.accounts().userOf(shown.tag()).orElse(shown.nobody());
        byte[] hash = DeviceTicket.hash(user, shown.request().getDeviceTicket().toByteArray());
        BudgetTag budget = names.budget(hash);
        Optional<DeviceId> device = tx.devices().byTicket(user, hash);
        return device.isPresent() ? new Guess(shown.tag(), budget, device) : Guess.ofStranger(shown.tag());
    }

    /**
     * What a login begins with.
     *
     * @param nobody who is looked at in the place of a name that nobody has
     */
    private record Shown(NameTag tag, StartLoginRequest request, UserId nobody) {}

    /**
     * A unit is taken.
     *
     * @param at when; the handshake is over when the attempt counts as failed, not later
     * @param guess from which budget
     * @param stored the account's credentials, if there is one
     */
    private record Taken(long at, Guess guess, Optional<Credentials> stored) implements AutoCloseable {
        Credentials storedOr(Credentials fake) {
            return stored.orElse(fake);
        }

        @Override
        public void close() {
            stored.ifPresent(Credentials::close);
        }
    }
}
