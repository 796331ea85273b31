package dev.latchkey.client;

import com.google.protobuf.ByteString;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.opaque.ClientLogin;
import dev.latchkey.opaque.ClientLoginResult;
import dev.latchkey.opaque.Identities;
import dev.latchkey.opaque.Ke2;
import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.opaque.OpaqueClient;
import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.Transcript;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response.ResultCase;
import dev.latchkey.protocol.wire.RetrieveStorageKey;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.protocol.wire.StartLoginRequest;
import dev.latchkey.protocol.wire.StartLoginResponse;

/** One login, from a password to a session whose storage key has been proven to open; {@link Logins} begins it anew. */
final class LoginFlow {

    private final Transport transport;
    private final ClientSettings settings;
    private final OpaqueClient opaque;
    private final SessionOpener opener;

    LoginFlow(Transport transport, ClientSettings settings) {
        this.transport = transport;
        this.settings = settings;
        this.opaque = new OpaqueClient(settings.random());
        this.opener = new SessionOpener(transport, settings);
    }

    LoggedIn logIn(SessionKind kind, AccountName name, Password password, Recollection memory)
            throws KeyClientException {
        try (ClientLogin login = opaque.startLogin(password.utf8())) {
            byte[] ke1 = login.ke1().toByteArray();
            settings.announce(Step.CONNECTING);
            transport.authority().expect(memory.authority());
            // Not repeated in an outage: every KE1 that arrives is counted as a guess, and has its own state.
            StartLoginRequest.Builder start = StartLoginRequest.newBuilder()
                    .setAccountName(name.value())
                    .setKind(kind)
                    .setKe1(ByteString.copyFrom(ke1));
            StartLoginRequest request = memory.device().show(start).build();
            StartLoginResponse started = transport.once(calls -> calls.startLogin(request));
            KsfParameters ksf = Stretching.forLogin(started.getKsf());
            byte[] ke2 = started.getKe2().toByteArray();
            settings.announce(Step.STRETCHING_PASSWORD);
            try (ClientLoginResult loggedIn = login.finish(Ke2.parse(ke2), Identities.ofClient(name.utf8()), ksf)) {
                ServerIdentity server = new ServerIdentity(
                        loggedIn.serverPublicKey(), transport.authority().shown());
                Recollection counting = memory.requireServer(server);
                SessionId sessionId = SessionId.of(started.getSessionId().toByteArray());
                Transcript transcript =
                        Transcript.of(name, kind, ksf, ke1, ke2, loggedIn.ke3().toByteArray());
                return proven(
                        opener.open(kind, sessionId, loggedIn, transcript), loggedIn.exportKey(), server, counting);
            }
        } catch (OpaqueException e) {
            throw notAuthenticated(e);
        }
    }

    private LoggedIn proven(
            SessionOpener.Opened opened, SecretBytes exportKey, ServerIdentity server, Recollection memory)
            throws KeyClientException {
        SealedChannel channel = opened.channel();
        try {
            OpenedSession facts = OpenedSession.read(opened.message());
            try {
                return proven(channel, facts, exportKey, server, memory);
            } catch (KeyClientException e) {
                if (e.reason() != Reason.ROLLED_BACK || !memory.allowsAnother()) {
                    throw e;
                }
                return proven(channel, facts, exportKey, server, memory.anew());
            }
        } catch (KeyClientException e) {
            channel.hangUp();
            // A session that is gone can be opened anew; one that is there was asked as often as it may be.
            throw e.reason() == Reason.SESSION_ENDED ? e.inOutage() : e.settled();
        } catch (RuntimeException e) {
            channel.hangUp();
            throw e;
        }
    }

    /** Retrieves the storage key and opens it once, and brings the log up to date if it is remembered. */
    private LoggedIn proven(
            SealedChannel channel,
            OpenedSession facts,
            SecretBytes exportKey,
            ServerIdentity server,
            Recollection recollection)
            throws KeyClientException {
        VerifiedLog log = recollection.log(facts.userId());
        SessionMemory memory = recollection.memory(log, server);
        log.state(facts.audit());
        LoggedChannel logged = new LoggedChannel(channel, facts.limits(), log, settings);
        settings.announce(Step.RETRIEVING_STORAGE_KEY);
        LockedStorageKey storageKey = retrieve(logged, exportKey, facts.userId());
        try {
            if (memory.isKept()) {
                memory.proveBy(new AuditReader(logged));
                logged.catchUp();
                log.settle();
                memory.remember();
            }
            return new LoggedIn(
                    channel, logged, storageKey, facts, new LoggedIn.Known(server, memory, recollection.device()));
        } catch (KeyClientException | RuntimeException e) {
            storageKey.close();
            throw e;
        }
    }

    /** The storage key, which the receiver closes; no mark is left in the log, which may be long and is read from here on. */
    private static LockedStorageKey retrieve(LoggedChannel logged, SecretBytes exportKey, UserId userId)
            throws KeyClientException {
        Request.Builder request = Request.newBuilder().setRetrieveStorageKey(RetrieveStorageKey.getDefaultInstance());
        try (LoggedChannel.Answer answer = logged.askAhead(request, ResultCase.STORAGE_KEY_RETRIEVED)) {
            byte[] envelope = answer.response()
                    .getStorageKeyRetrieved()
                    .getEncryptedStorageKey()
                    .toByteArray();
            LockedStorageKey storageKey = new LockedStorageKey(exportKey.copy(), userId, envelope);
            try {
                storageKey.unlock().close();
                answer.requireStorageKey(envelope);
                return storageKey;
            } catch (KeyClientException | RuntimeException e) {
                storageKey.close();
                throw e;
            }
        }
    }

    private static KeyClientException notAuthenticated(OpaqueException e) {
        return switch (e.reason()) {
            case ENVELOPE ->
                new KeyClientException(
                        Reason.WRONG_PASSWORD,
                        "The password does not open this account, or there is no such account. Nothing was changed; the "
                                + "server counts the attempt. Check the name and the password.",
                        e);
            // The envelope opened, so the password is right and the server is not the one it was registered with.
            case SERVER_MAC ->
                new KeyClientException(
                        Reason.INTEGRITY,
                        "The password is right, but the server could not prove that it is the one the account was made "
                                + "with. Nothing was sent to it. Ask its operator.",
                        e);
            case MALFORMED, REFLECTED, CLIENT_MAC ->
                new KeyClientException(
                        Reason.INTEGRITY,
                        "The server's part of the login is not what it must be, so it was not used. Nothing was changed.",
                        e);
        };
    }
}
