package dev.latchkey.client;

import com.google.protobuf.ByteString;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.Transport.Repeat;
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
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.Response.ResultCase;
import dev.latchkey.protocol.wire.RetrieveStorageKey;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.protocol.wire.StartLoginRequest;
import dev.latchkey.protocol.wire.StartLoginResponse;

/** One login, from a password to a session whose storage key has been proven to open. */
final class LoginFlow {

    private static final SessionKind KIND = SessionKind.SESSION_KIND_REQUEST;

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

    KeySession logIn(AccountName name, Password password) throws KeyClientException {
        try (ClientLogin login = opaque.startLogin(password.utf8())) {
            byte[] ke1 = login.ke1().toByteArray();
            settings.announce(Step.CONNECTING);
            // Not repeated in an outage: every KE1 that arrives is counted as a guess.
            StartLoginResponse started = transport.once(calls -> calls.startLogin(StartLoginRequest.newBuilder()
                    .setAccountName(name.value())
                    .setKind(KIND)
                    .setKe1(ByteString.copyFrom(ke1))
                    .build()));
            KsfParameters ksf = Stretching.forLogin(started.getKsf());
            byte[] ke2 = started.getKe2().toByteArray();
            settings.announce(Step.STRETCHING_PASSWORD);
            try (ClientLoginResult loggedIn = login.finish(Ke2.parse(ke2), Identities.ofClient(name.utf8()), ksf)) {
                SessionId sessionId = SessionId.of(started.getSessionId().toByteArray());
                Transcript transcript =
                        Transcript.of(name, KIND, ksf, ke1, ke2, loggedIn.ke3().toByteArray());
                return proven(opener.open(KIND, sessionId, loggedIn, transcript), loggedIn.exportKey());
            }
        } catch (OpaqueException e) {
            throw notAuthenticated(e);
        }
    }

    /** Retrieves the storage key and opens it once; a session that can't do that is closed again. */
    private KeySession proven(SessionOpener.Opened opened, SecretBytes exportKey) throws KeyClientException {
        SealedChannel channel = opened.channel();
        LockedStorageKey storageKey = null;
        try {
            OpenedSession facts = OpenedSession.read(opened.message());
            settings.announce(Step.RETRIEVING_STORAGE_KEY);
            Response response = Answers.require(
                    ResultCase.STORAGE_KEY_RETRIEVED,
                    channel.ask(
                            Request.newBuilder()
                                    .setRetrieveStorageKey(RetrieveStorageKey.getDefaultInstance())
                                    .build(),
                            Repeat.IF_UNAVAILABLE));
            storageKey = new LockedStorageKey(
                    exportKey.copy(),
                    facts.userId(),
                    response.getStorageKeyRetrieved().getEncryptedStorageKey().toByteArray());
            storageKey.unlock().close();
            return new KeySession(channel, storageKey, facts, settings);
        } catch (KeyClientException | RuntimeException e) {
            if (storageKey != null) {
                storageKey.close();
            }
            channel.hangUp();
            throw e;
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
