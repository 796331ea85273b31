package dev.latchkey.client;

import com.google.protobuf.ByteString;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.opaque.ClientLogin;
import dev.latchkey.opaque.ClientLoginResult;
import dev.latchkey.opaque.ClientRegistration;
import dev.latchkey.opaque.ClientRegistrationResult;
import dev.latchkey.opaque.Identities;
import dev.latchkey.opaque.Ke2;
import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.opaque.OpaqueClient;
import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.opaque.RegistrationResponse;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.IntegrityException;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.StorageKey;
import dev.latchkey.protocol.StorageKeyEnvelope;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.CompletePasswordChange;
import dev.latchkey.protocol.wire.PasswordChangeStarted;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.Response.ResultCase;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.protocol.wire.StartPasswordChange;
import dev.latchkey.protocol.wire.SubmitNewRecord;
import java.security.MessageDigest;
import java.util.Optional;

/** The change of a password: the registration diagram, run inside an account session on a record that is swapped at its end. */
final class PasswordChangeFlow {

    private static final String STAYS = " The password was not changed: the current one works, the new one does not.";

    private static final String UNRESOLVED =
            "The last step was not answered, so it is not known whether the password was changed, and the server can't be "
                    + "asked now. One of the two works: try the new password first, then the one before.";

    private final ClientSettings settings;
    private final OpaqueClient opaque;
    private final Logins logins;
    private final Restarts restarts;
    private final Outage outage;

    PasswordChangeFlow(Transport transport, ClientSettings settings, Logins logins) {
        this.settings = settings;
        this.opaque = new OpaqueClient(settings.random());
        this.logins = logins;
        this.restarts = new Restarts(transport);
        this.outage = new Outage(UNRESOLVED);
    }

    /** Until its last step nothing is changed, so what an outage cuts off before that is begun anew, in another session. */
    PasswordChange change(AccountName name, Password current, Password next) throws KeyClientException {
        return restarts.of(() -> changeOnce(new Passwords(name, current, next)));
    }

    private PasswordChange changeOnce(Passwords passwords) throws KeyClientException {
        try (LoggedIn login = logins.logIn(SessionKind.SESSION_KIND_ACCOUNT, passwords.name(), passwords.current())) {
            Proven proven;
            try {
                login.logged().catchUp();
                proven = prove(login, passwords);
            } catch (OpaqueException e) {
                throw new KeyClientException(
                        Reason.INTEGRITY,
                        "The server's part of the change is not what it must be." + STAYS
                                + " Ask the server's operator.",
                        e);
            } catch (KeyClientException e) {
                KeyClientException unchanged = e.with("", STAYS).certain();
                throw e.reason() == Reason.SESSION_ENDED ? unchanged.inOutage() : unchanged;
            }
            settings.announce(Step.CHANGING_PASSWORD);
            return complete(login, proven, passwords);
        }
    }

    /** The last step, ready to be sent, and the encrypted storage key in it. */
    private record Proven(Request request, LoggedObject storageKey) {}

    private Proven prove(LoggedIn login, Passwords passwords) throws KeyClientException, OpaqueException {
        try (ClientRegistration registration =
                        opaque.startRegistration(passwords.next().utf8());
                ClientLogin proof = opaque.startLogin(passwords.next().utf8())) {
            settings.announce(Step.CHANGING_PASSWORD);
            PasswordChangeStarted started = start(login, registration);
            KsfParameters ksf = Stretching.forRegistration(started.getKsf(), settings.ksfFloor());
            Identities identities = Identities.ofClient(passwords.name().utf8());
            RegistrationResponse evaluated =
                    RegistrationResponse.parse(started.getRegistrationResponse().toByteArray());
            settings.announce(Step.STRETCHING_PASSWORD);
            try (ClientRegistrationResult registered = registration.finish(evaluated, identities, ksf)) {
                // The record names the server's key, so another one's is not even sent up.
                requireSameServer(login, registered.serverPublicKey());
                Ke2 ke2 = submit(login, registered, proof);
                settings.announce(Step.STRETCHING_PASSWORD);
                try (ClientLoginResult proven = proof.finish(ke2, identities, ksf)) {
                    requireSameServer(login, proven.serverPublicKey());
                    requireSameKey(registered, proven);
                    byte[] envelope = sealedAgain(login, proven.exportKey());
                    Request complete = Request.newBuilder()
                            .setCompletePasswordChange(CompletePasswordChange.newBuilder()
                                    .setKe3(ByteString.copyFrom(proven.ke3().toByteArray()))
                                    .setEncryptedStorageKey(ByteString.copyFrom(envelope)))
                            .build();
                    return new Proven(complete, new LoggedObject(Hashes.sha3_256(envelope)));
                }
            }
        }
    }

    /** What the account opens under before and after; all the caller's. */
    private record Passwords(AccountName name, Password current, Password next) {}

    private static PasswordChangeStarted start(LoggedIn login, ClientRegistration registration)
            throws KeyClientException {
        Request request = Request.newBuilder()
                .setStartPasswordChange(StartPasswordChange.newBuilder()
                        .setRegistrationRequest(
                                ByteString.copyFrom(registration.request().toByteArray())))
                .build();
        return Answers.require(
                        ResultCase.PASSWORD_CHANGE_STARTED, login.channel().askOnce(request))
                .getPasswordChangeStarted();
    }

    private static Ke2 submit(LoggedIn login, ClientRegistrationResult registered, ClientLogin proof)
            throws KeyClientException, OpaqueException {
        Request request = Request.newBuilder()
                .setSubmitNewRecord(SubmitNewRecord.newBuilder()
                        .setRegistrationRecord(
                                ByteString.copyFrom(registered.record().toByteArray()))
                        .setKe1(ByteString.copyFrom(proof.ke1().toByteArray())))
                .build();
        Response response =
                Answers.require(ResultCase.NEW_RECORD_SUBMITTED, login.channel().askOnce(request));
        return Ke2.parse(response.getNewRecordSubmitted().getKe2().toByteArray());
    }

    /** The same storage key under the new export key, opened once before anybody relies on it. */
    private byte[] sealedAgain(LoggedIn login, SecretBytes exportKey) throws KeyClientException {
        UserId userId = login.facts().userId();
        try (StorageKey storageKey = login.storageKey().unlock()) {
            byte[] envelope = StorageKeyEnvelope.seal(exportKey, userId, storageKey, settings.random());
            StorageKeyEnvelope.open(exportKey, userId, envelope).close();
            return envelope;
        } catch (IntegrityException e) {
            throw new IllegalStateException("what was sealed a moment ago does not open", e);
        }
    }

    private PasswordChange complete(LoggedIn login, Proven proven, Passwords passwords) throws KeyClientException {
        LoggedChannel logged = login.logged();
        try (VerifiedLog.Mark mark = logged.log().mark()) {
            Response response;
            try {
                response = login.channel()
                        .askOnce(proven.request().toBuilder()
                                .setKnownAuditN(mark.head().n())
                                .build());
            } catch (KeyClientException e) {
                // Once the session is closed the change can't be made any more, if it was not.
                login.close();
                return resolve(e, passwords);
            }
            if (response.hasFailure()) {
                // Inside the seal, so an answer, and a final one.
                Answers.require(ResultCase.PASSWORD_CHANGED, response);
            }
            Optional<PasswordChange> changed = changed(login, mark, response, proven.storageKey());
            if (changed.isPresent()) {
                return changed.get();
            }
            // So much was written meanwhile that not all of it came. This session is over; the next one reads on.
            login.close();
            return resolve(SecretOpener.disagreement(null), passwords);
        }
    }

    /** The change as the log has it, or nothing if its entry did not come with the answer. */
    private static Optional<PasswordChange> changed(
            LoggedIn login, VerifiedLog.Mark mark, Response response, LoggedObject storageKey)
            throws KeyClientException {
        VerifiedLog log = login.logged().log();
        try {
            Answers.require(ResultCase.PASSWORD_CHANGED, response);
        } catch (KeyClientException e) {
            throw Outage.retold(e, UNRESOLVED);
        }
        AuditHead head = AuditHead.read(Answers.head(response));
        try (LoggedChannel.Answer answer = login.logged().absorbed(mark, response)) {
            if (!log.isComplete()) {
                return Optional.empty();
            }
            if (!storageKey.equals(log.storageKeyAt(answer.n()))) {
                throw SecretOpener.disagreement(null);
            }
            login.known().memory().remember();
            return Optional.of(new PasswordChange(head));
        } catch (KeyClientException e) {
            throw e.with(
                    "The server says that the password was changed: the new one works, the one before does not. ", "");
        }
    }

    private PasswordChange resolve(KeyClientException unanswered, Passwords passwords) throws KeyClientException {
        settings.announce(Step.CONFIRMING_PASSWORD_CHANGE);
        Optional<AuditHead> changed = outage.resolve(() -> {
            Optional<AuditHead> head = headAfterLogin(passwords.name(), passwords.next());
            if (head.isEmpty()
                    && headAfterLogin(passwords.name(), passwords.current()).isEmpty()) {
                throw new KeyClientException(
                        Reason.INTEGRITY,
                        "The last step was not answered, and now neither the new password nor the one before opens the "
                                + "account. Ask the server's operator.");
            }
            return head;
        });
        return changed.map(PasswordChange::new)
                .orElseThrow(
                        () -> Outage.retold(unanswered, "The last step was not answered." + STAYS + " Try again."));
    }

    /** Where the log stands after a login, or nothing if the password is not the account's. */
    private Optional<AuditHead> headAfterLogin(AccountName name, Password password) throws KeyClientException {
        try (LoggedIn login = logins.logIn(SessionKind.SESSION_KIND_REQUEST, name, password)) {
            return Optional.of(login.facts().audit());
        } catch (KeyClientException e) {
            if (e.reason() == Reason.WRONG_PASSWORD) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static void requireSameKey(ClientRegistrationResult registered, ClientLoginResult proven)
            throws KeyClientException {
        if (!registered.exportKey().constantTimeEquals(proven.exportKey())) {
            throw new KeyClientException(
                    Reason.INTEGRITY,
                    "The server answered with another record than the one it was sent. Ask the server's operator.");
        }
    }

    private static void requireSameServer(LoggedIn login, byte[] publicKey) throws KeyClientException {
        if (!MessageDigest.isEqual(login.known().server().publicKey(), publicKey)) {
            throw new KeyClientException(
                    Reason.INTEGRITY,
                    "The server showed another key than at the login a moment before. Ask the server's operator.");
        }
    }
}
