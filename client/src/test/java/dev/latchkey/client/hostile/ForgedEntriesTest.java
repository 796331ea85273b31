package dev.latchkey.client.hostile;

import static dev.latchkey.client.hostile.HostileServer.assertRefused;
import static dev.latchkey.client.hostile.HostileServer.bytes;
import static dev.latchkey.client.hostile.HostileServer.get;
import static dev.latchkey.client.hostile.HostileServer.label;
import static dev.latchkey.client.hostile.HostileServer.put;
import static dev.latchkey.client.hostile.HostileServer.secret;

import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.KeySession;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Origin;
import dev.latchkey.protocol.wire.StoredSecret;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that writes entries of its own into the true log, to have its lies vouched for by the chain. */
final class ForgedEntriesTest {

    private final HostileServer server = new HostileServer();
    private KeyClient device;
    private KeySession session;
    private KeyId first;

    @BeforeEach
    void storeASecret() throws KeyClientException {
        device = server.newDevice();
        device.register(HostileServer.ALICE, server.password());
        session = server.logIn(device);
        first = put(session, "first", "one");
    }

    @AfterEach
    void close() {
        server.close();
    }

    private StoredSecret stored() {
        return server.account().stored().get(0);
    }

    private void replace() throws KeyClientException {
        try (SecretBytes newer = secret("newer")) {
            session.replace(session.find(first), newer, Origin.IMPORTED_KEY);
        }
    }

    @Test
    void old_version_brought_back_with_an_entry_of_its_own_is_refused() throws KeyClientException {
        StoredSecret old = stored();
        replace();
        server.account().forge(AuditAction.SECRET_REPLACED, old);

        assertRefused(Reason.INTEGRITY, () -> get(session, first));
        session.close();
        KeySession later = server.logIn(device);
        assertRefused(Reason.INTEGRITY, () -> get(later, first));
        KeySession forgetful = server.logIn(server.newForgetfulDevice());
        assertRefused(Reason.INTEGRITY, () -> get(forgetful, first));
    }

    @Test
    void old_bytes_under_the_new_descriptor_with_an_entry_of_their_own_are_refused() throws KeyClientException {
        StoredSecret old = stored();
        replace();
        server.account()
                .forge(
                        AuditAction.SECRET_REPLACED,
                        stored().toBuilder()
                                .setSealedSecret(old.getSealedSecret())
                                .build());

        assertRefused(Reason.INTEGRITY, () -> get(session, first));
        session.close();
        KeySession later = server.logIn(device);
        assertRefused(Reason.INTEGRITY, () -> get(later, first));
    }

    @Test
    void old_label_brought_back_with_an_entry_of_its_own_is_refused() throws KeyClientException {
        StoredSecret old = stored();
        session.rename(session.find(first), label("renamed"));
        server.account().forge(AuditAction.SECRET_RENAMED, old);

        assertRefused(Reason.INTEGRITY, () -> get(session, "first"));
        assertRefused(Reason.INTEGRITY, () -> session.listAll());
    }

    @Test
    void deleted_secret_revived_with_an_entry_of_its_own_is_refused() throws KeyClientException {
        StoredSecret deleted = stored();
        session.delete(session.find(first));
        server.account().forge(AuditAction.SECRET_STORED, deleted);

        assertRefused(Reason.INTEGRITY, () -> get(session, first));
        assertRefused(Reason.INTEGRITY, () -> session.listAll());
        session.close();
        assertRefused(Reason.ROLLED_BACK, () -> server.logIn(device));
        assertRefused(Reason.INTEGRITY, () -> server.logIn(server.newForgetfulDevice()));
    }

    @Test
    void renaming_that_changes_the_bytes_is_refused() throws KeyClientException {
        StoredSecret old = stored();
        replace();
        session.rename(session.find(first), label("renamed"));
        server.account()
                .forge(
                        AuditAction.SECRET_RENAMED,
                        stored().toBuilder()
                                .setSealedSecret(old.getSealedSecret())
                                .build());

        assertRefused(Reason.INTEGRITY, () -> get(session, first));
    }

    @Test
    void secret_that_no_owner_sealed_is_refused_whatever_the_log_says() throws KeyClientException {
        KeyId made = KeyId.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
        server.account()
                .forge(
                        AuditAction.SECRET_STORED,
                        stored().toBuilder().setKeyId(bytes(made)).build());

        assertRefused(Reason.INTEGRITY, () -> session.listAll());
        assertRefused(Reason.INTEGRITY, () -> get(session, made));
    }
}
