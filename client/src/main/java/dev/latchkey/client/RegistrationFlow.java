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
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.StorageKey;
import dev.latchkey.protocol.StorageKeyEnvelope;
import dev.latchkey.protocol.Transcript;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.CompleteRegistration;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.Response.ResultCase;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.protocol.wire.SessionOpened;
import dev.latchkey.protocol.wire.StartRegistrationRequest;
import dev.latchkey.protocol.wire.StartRegistrationResponse;
import dev.latchkey.protocol.wire.SubmitRecordRequest;
import dev.latchkey.protocol.wire.SubmitRecordResponse;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The registration of one account, from a password to a stored storage key. */
final class RegistrationFlow {

    private static final SessionKind KIND = SessionKind.SESSION_KIND_REGISTRATION;

    private static final String UNRESOLVED =
            "The last step was not answered, so it is not known whether the account was made, and the server can't be "
                    + "asked now. Log in with this password later; if that does not work, register again.";

    private static final String NOT_REGISTERED =
            "The last step was not answered, and no account was made with this password. Register again; should the name "
                    + "then be taken, log in with this password.";

    private final Transport transport;
    private final ClientSettings settings;
    private final OpaqueClient opaque;
    private final SessionOpener opener;
    private final Logins logins;
    private final Restarts restarts;
    private final Outage outage;

    RegistrationFlow(Transport transport, ClientSettings settings, Logins logins) {
        this.transport = transport;
        this.settings = settings;
        this.opaque = new OpaqueClient(settings.random());
        this.opener = new SessionOpener(transport, settings);
        this.logins = logins;
        this.restarts = new Restarts(transport);
        this.outage = new Outage(UNRESOLVED);
    }

    /**
     * An outage leaves nothing but what expires, or an account that a login finds; so the registration is begun anew, under other
     * ids. A server that died may have left its last transaction with the database, which carries it out later: then the name is taken by
     * an account of ids that were tried before.
     */
    Registration register(AccountName name, Password password) throws KeyClientException {
        List<UserId> tried = new ArrayList<>();
        return restarts.of(() -> registerOnce(name, password, tried));
    }

    private Registration registerOnce(AccountName name, Password password, List<UserId> tried)
            throws KeyClientException {
        // 1. The client generates user_id.
        UserId userId = UserId.random(settings.random());
        // 2. It opens a registration session: a record under the password, proven at once by a login against it.
        try (ClientRegistration registration = opaque.startRegistration(password.utf8());
                ClientLogin login = opaque.startLogin(password.utf8())) {
            StartRegistrationResponse started = start(name, userId, registration);
            KsfParameters ksf = Stretching.forRegistration(started.getKsf(), settings.ksfFloor());
            Identities identities = Identities.ofClient(name.utf8());
            RegistrationResponse evaluated =
                    RegistrationResponse.parse(started.getRegistrationResponse().toByteArray());
            settings.announce(Step.STRETCHING_PASSWORD);
            try (ClientRegistrationResult registered = registration.finish(evaluated, identities, ksf)) {
                byte[] ke1 = login.ke1().toByteArray();
                SubmitRecordResponse submitted = submit(started.getRegistrationId(), registered, ke1);
                byte[] ke2 = submitted.getKe2().toByteArray();
                settings.announce(Step.STRETCHING_PASSWORD);
                try (ClientLoginResult loggedIn = login.finish(Ke2.parse(ke2), identities, ksf)) {
                    requireSameServer(registered, loggedIn);
                    SessionId sessionId = SessionId.of(submitted.getSessionId().toByteArray());
                    Transcript transcript = Transcript.of(
                            name, KIND, ksf, ke1, ke2, loggedIn.ke3().toByteArray());
                    SessionOpener.Opened opened = opener.open(KIND, sessionId, loggedIn, transcript);
                    try (SealedChannel channel = opened.channel()) {
                        requireSameUser(userId, opened.message());
                        return complete(channel, loggedIn, new Registrant(name, password, userId), tried);
                    }
                }
            }
        } catch (OpaqueException e) {
            // The password was given a moment ago, so here it can't be what is wrong.
            throw new KeyClientException(
                    Reason.INTEGRITY,
                    "The server's part of the registration is not what it must be. No account was made. Do not use this "
                            + "server with this password before its operator has explained it.",
                    e);
        }
    }

    private StartRegistrationResponse start(AccountName name, UserId userId, ClientRegistration registration)
            throws KeyClientException {
        settings.announce(Step.CONNECTING);
        // What may be remembered under this name is about an account that is not this one.
        transport.authority().expect(Optional.empty());
        StartRegistrationRequest request = StartRegistrationRequest.newBuilder()
                .setAccountName(name.value())
                .setUserId(ByteString.copyFrom(userId.toByteArray()))
                .setRegistrationRequest(
                        ByteString.copyFrom(registration.request().toByteArray()))
                .build();
        return transport.once(calls -> calls.startRegistration(request));
    }

    private SubmitRecordResponse submit(ByteString registrationId, ClientRegistrationResult registered, byte[] ke1)
            throws KeyClientException {
        SubmitRecordRequest request = SubmitRecordRequest.newBuilder()
                .setRegistrationId(registrationId)
                .setRegistrationRecord(ByteString.copyFrom(registered.record().toByteArray()))
                .setKe1(ByteString.copyFrom(ke1))
                .build();
        try {
            return transport.once(calls -> calls.submitRecord(request));
        } catch (KeyClientException e) {
            throw e.reason() == Reason.SESSION_ENDED ? tooLate().inOutage() : e;
        }
    }

    /** Who registers. Owns nothing. */
    private static final class Registrant {
        private final AccountName name;
        private final Password password;
        private final UserId userId;

        Registrant(AccountName name, Password password, UserId userId) {
            this.name = name;
            this.password = password;
            this.userId = userId;
        }
    }

    private Registration complete(
            SealedChannel channel, ClientLoginResult loggedIn, Registrant registrant, List<UserId> tried)
            throws KeyClientException {
        UserId userId = registrant.userId;
        // 3.–5. encryption_key from export_key; storage_key from rng, encrypted for user_id ‖ "storage key".
        byte[] encryptedStorageKey;
        try (StorageKey storageKey = StorageKey.generate(settings.random())) {
            encryptedStorageKey = StorageKeyEnvelope.seal(loggedIn.exportKey(), userId, storageKey, settings.random());
            // 7. It deletes storage_key from memory.
        }
        // 6. It asks to complete the registration with user_id and the ciphertext, over the session's secure channel.
        settings.announce(Step.COMPLETING_REGISTRATION);
        Request request = Request.newBuilder()
                .setCompleteRegistration(CompleteRegistration.newBuilder()
                        .setUserId(ByteString.copyFrom(userId.toByteArray()))
                        .setEncryptedStorageKey(ByteString.copyFrom(encryptedStorageKey)))
                .build();
        boolean isFirst = tried.isEmpty();
        tried.add(userId);
        Response response;
        try {
            response = channel.askOnce(request);
        } catch (KeyClientException e) {
            if (e.reason() == Reason.INTEGRITY) {
                throw forged(e);
            }
            // A refusal without a seal says as little about what was done as silence does.
            return resolve(e, registrant, tried);
        }
        // A failure inside the seal is an answer, and a final one.
        if (response.hasFailure()) {
            try {
                Answers.require(ResultCase.REGISTRATION_COMPLETED, response);
            } catch (KeyClientException e) {
                if (e.reason() == Reason.NAME_TAKEN && !isFirst) {
                    return resolve(e, registrant, tried);
                }
                throw e;
            }
        }
        VerifiedLog log = VerifiedLog.fromTheStart(userId);
        requireFirstEntry(log, response, encryptedStorageKey);
        remember(registrant.name, log, loggedIn.serverPublicKey());
        return new Registration(userId, log.tip());
    }

    /** The log of a new account begins with the storage key that was sent. */
    private static void requireFirstEntry(VerifiedLog log, Response response, byte[] encryptedStorageKey)
            throws KeyClientException {
        try (VerifiedLog.Mark start = log.mark()) {
            Answers.require(ResultCase.REGISTRATION_COMPLETED, response);
            var audit = Answers.head(response);
            AuditHead head = AuditHead.read(audit);
            if (head.n() != 1) {
                throw Answers.unexpected();
            }
            log.absorb(start, head, LoggedChannel.entries(audit.getEntriesList()));
            log.requireStorageKey(head, new LoggedObject(Hashes.sha3_256(encryptedStorageKey)));
        } catch (KeyClientException e) {
            throw forged(e);
        }
    }

    private void remember(AccountName name, VerifiedLog log, byte[] serverPublicKey) throws KeyClientException {
        ServerIdentity server =
                new ServerIdentity(serverPublicKey, transport.authority().shown());
        try (SessionMemory memory = settings.memories().anew(name).memory(log, server)) {
            memory.remember();
        } catch (KeyClientException e) {
            throw e.with("The account was made. ", "");
        }
    }

    /**
     * Finds out by a login what became of a registration that was not answered inside the seal: the account exists exactly
     * when its storage key was stored.
     *
     * @param unanswered what came instead of an account
     * @param tried the ids under which it may exist
     */
    private Registration resolve(KeyClientException unanswered, Registrant registrant, List<UserId> tried)
            throws KeyClientException {
        try {
            return outage.resolve(() -> {
                settings.announce(Step.CONFIRMING_REGISTRATION);
                // What may be remembered under this name was of an account that is gone.
                Recollection memory = settings.memories().anew(registrant.name);
                try (LoggedIn login =
                        logins.logIn(SessionKind.SESSION_KIND_REQUEST, registrant.name, registrant.password, memory)) {
                    if (!tried.contains(login.facts().userId())) {
                        throw new KeyClientException(
                                Reason.NAME_TAKEN,
                                "An account of this name with this password exists, but it was not made just now. "
                                        + "Nothing was stored. Log in, or choose another name.");
                    }
                    return new Registration(
                            login.facts().userId(), login.facts().audit());
                }
            });
        } catch (KeyClientException e) {
            if (e.reason() != Reason.WRONG_PASSWORD) {
                throw e;
            }
            if (unanswered.reason() == Reason.NAME_TAKEN) {
                throw unanswered;
            }
            KeyClientException none = Outage.retold(unanswered, NOT_REGISTERED);
            throw unanswered.isOutage() ? none.inOutage() : none;
        }
    }

    /** The key of the registration's envelope and the one that answered the login, which are one server's. */
    private static void requireSameServer(ClientRegistrationResult registered, ClientLoginResult loggedIn)
            throws KeyClientException {
        if (!MessageDigest.isEqual(registered.serverPublicKey(), loggedIn.serverPublicKey())
                || !registered.exportKey().constantTimeEquals(loggedIn.exportKey())) {
            throw new KeyClientException(
                    Reason.INTEGRITY,
                    "The server showed another key than a moment before. No account was made. Do not use this server "
                            + "before its operator has explained it.");
        }
    }

    private static void requireSameUser(UserId userId, SessionOpened opened) throws KeyClientException {
        if (!MessageDigest.isEqual(userId.toByteArray(), opened.getUserId().toByteArray())) {
            throw new KeyClientException(
                    Reason.INTEGRITY,
                    "The server opened the session for another user than the one that registers. No account was made.");
        }
    }

    private static KeyClientException tooLate() {
        return new KeyClientException(
                Reason.SESSION_ENDED,
                "The registration was not completed in time, so no account was made. Register again.");
    }

    private static KeyClientException forged(KeyClientException e) {
        return new KeyClientException(
                Reason.INTEGRITY,
                "The server's answer to the last step is not genuine, so it is not known whether the account was made. Log "
                        + "in with this password to find out; if that does not work, register again.",
                e);
    }
}
