package dev.latchkey.e2e;

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
import dev.latchkey.protocol.IntegrityException;
import dev.latchkey.protocol.StorageKey;
import dev.latchkey.protocol.StorageKeyEnvelope;
import dev.latchkey.protocol.wire.CompletePasswordChange;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.RetrieveStorageKey;
import dev.latchkey.protocol.wire.StartPasswordChange;
import dev.latchkey.protocol.wire.SubmitNewRecord;

/** The three steps of a password change over one account session, each in the test's hands. */
final class RawPasswordChange {
    private final RawSession session;
    private final String name;
    private final String next;
    private ClientRegistration registration;
    private ClientLogin login;
    private KsfParameters ksf;

    RawPasswordChange(RawSession session, String name, String next) {
        this.session = session;
        this.name = name;
        this.next = next;
    }

    RawSession session() {
        return session;
    }

    /** Takes the first two steps; what comes back is the last request, not sent yet. */
    Request upToTheLastStep() throws OpaqueException {
        return completion(submit(start()));
    }

    Response run() throws OpaqueException {
        return session.call(upToTheLastStep());
    }

    Response start() {
        try (SecretBytes password = password()) {
            registration = new OpaqueClient(session.client().random()).startRegistration(password);
        }
        return session.call(Request.newBuilder()
                .setStartPasswordChange(StartPasswordChange.newBuilder()
                        .setRegistrationRequest(
                                RawClient.bytes(registration.request().toByteArray())))
                .build());
    }

    Response submit(Response started) throws OpaqueException {
        return session.call(record(started));
    }

    /** The second request, not sent yet. */
    Request record(Response started) throws OpaqueException {
        ksf = RawClient.ksf(started.getPasswordChangeStarted().getKsf());
        try (SecretBytes password = password();
                ClientRegistrationResult result = registration.finish(
                        RegistrationResponse.parse(started.getPasswordChangeStarted()
                                .getRegistrationResponse()
                                .toByteArray()),
                        identities(),
                        ksf)) {
            login = new OpaqueClient(session.client().random()).startLogin(password);
            return Request.newBuilder()
                    .setSubmitNewRecord(SubmitNewRecord.newBuilder()
                            .setRegistrationRecord(
                                    RawClient.bytes(result.record().toByteArray()))
                            .setKe1(RawClient.bytes(login.ke1().toByteArray())))
                    .build();
        }
    }

    /** The last request, not sent yet: the owner's own storage key under the new password. */
    Request completion(Response submitted) throws OpaqueException {
        byte[] ke2 = submitted.getNewRecordSubmitted().getKe2().toByteArray();
        try (ClientLogin waiting = login;
                ClientLoginResult result = waiting.finish(Ke2.parse(ke2), identities(), ksf);
                StorageKey storageKey = storageKey(session)) {
            byte[] sealed = StorageKeyEnvelope.seal(
                    result.exportKey(),
                    session.user(),
                    storageKey,
                    session.client().random());
            return Request.newBuilder()
                    .setCompletePasswordChange(CompletePasswordChange.newBuilder()
                            .setKe3(RawClient.bytes(result.ke3().toByteArray()))
                            .setEncryptedStorageKey(RawClient.bytes(sealed)))
                    .build();
        }
    }

    /** The storage key that a session's own password opens. */
    static StorageKey storageKey(RawSession session) {
        byte[] envelope = session.call(Request.newBuilder()
                        .setRetrieveStorageKey(RetrieveStorageKey.getDefaultInstance())
                        .build())
                .getStorageKeyRetrieved()
                .getEncryptedStorageKey()
                .toByteArray();
        try {
            return StorageKeyEnvelope.open(session.exportKey(), session.user(), envelope);
        } catch (IntegrityException broken) {
            throw new AssertionError("the storage key does not open under this session's password", broken);
        }
    }

    private SecretBytes password() {
        return SecretBytes.takeOwnership(RawClient.utf8(next));
    }

    private Identities identities() {
        return Identities.ofClient(RawClient.utf8(name));
    }
}
