package dev.latchkey.client.hostile;

import static dev.latchkey.client.hostile.HostileServer.ALICE;
import static dev.latchkey.client.hostile.HostileServer.BOB;
import static dev.latchkey.client.hostile.HostileServer.assertRefused;
import static dev.latchkey.client.hostile.HostileServer.get;
import static dev.latchkey.client.hostile.HostileServer.password;
import static dev.latchkey.client.hostile.HostileServer.put;
import static dev.latchkey.client.hostile.HostileServer.withByte;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.testserver.Snapshot;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.wire.Failure;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that returns another storage key than the owner's, or lies while the password changes. */
final class StorageKeyLiesTest {

    private final HostileServer server = new HostileServer();
    private final Lies lies = server.lies();
    private final Password next = password("seven quiet otters at dusk");
    private KeyClient device;

    @BeforeEach
    void storeASecret() throws KeyClientException {
        device = server.newDevice();
        device.register(ALICE, server.password());
        try (KeySession session = server.logIn(device)) {
            put(session, "first", "one");
        }
    }

    @AfterEach
    void close() {
        next.close();
        server.close();
    }

    private void everyLoginIsRefused() {
        assertRefused(Reason.INTEGRITY, () -> server.logIn(server.newForgetfulDevice()));
        assertRefused(Reason.INTEGRITY, () -> server.logIn(device));
        assertRefused(Reason.INTEGRITY, () -> device.changePassword(ALICE, server.password(), next));
        assertThat(server.service().sessions()).isZero();
    }

    @Test
    void storage_key_of_another_owner_is_refused() throws KeyClientException {
        server.newDevice().register(BOB, server.password());
        ByteString bobs = server.service().account(BOB).encryptedStorageKey();
        lies.storageKey = honest -> bobs;
        everyLoginIsRefused();

        lies.beHonest();
        assertThat(get(server.logIn(device), "first")).isEqualTo("one");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 255})
    void other_version_byte_of_the_storage_key_is_refused(int version) {
        lies.storageKey = honest -> withByte(honest, 0, version);

        everyLoginIsRefused();
    }

    @Test
    void storage_key_of_yesterday_is_refused_after_a_change_of_the_password() throws KeyClientException {
        ByteString old = server.account().encryptedStorageKey();
        device.changePassword(ALICE, server.password(), next);
        lies.storageKey = honest -> old;

        assertRefused(Reason.INTEGRITY, () -> device.logIn(ALICE, next));
        assertRefused(Reason.INTEGRITY, () -> server.newForgetfulDevice().logIn(ALICE, next));
        lies.beHonest();
        try (KeySession session = device.logIn(ALICE, next)) {
            assertThat(get(session, "first")).isEqualTo("one");
        }
    }

    @Test
    void state_from_before_a_change_of_the_password_is_refused() throws KeyClientException {
        Snapshot yesterday = server.service().snapshot();
        device.changePassword(ALICE, server.password(), next);
        server.service().restore(yesterday);

        assertRefused(Reason.WRONG_PASSWORD, () -> device.logIn(ALICE, next));
        assertRefused(Reason.ROLLED_BACK, () -> server.logIn(device));
    }

    @Test
    void change_of_the_password_that_was_not_logged_is_noticed() {
        Snapshot before = server.service().snapshot();
        lies.answer = (request, honest) -> {
            if (!honest.hasPasswordChanged()) {
                return honest;
            }
            server.service().restore(before);
            return server.withHeadOfTheLog(request, honest);
        };

        assertRefused(Reason.INTEGRITY, () -> device.changePassword(ALICE, server.password(), next));
    }

    @Test
    void change_of_the_password_that_stored_another_key_is_noticed() {
        lies.answer = (request, honest) -> {
            if (!honest.hasPasswordChanged()) {
                return honest;
            }
            server.bendLastEntry(entry -> entry.withObject(new byte[32]));
            return server.withHeadOfTheLog(request, honest);
        };

        assertRefused(Reason.INTEGRITY, () -> device.changePassword(ALICE, server.password(), next));
    }

    @Test
    void proof_of_the_new_password_that_the_server_denies_is_an_integrity_failure() throws KeyClientException {
        lies.instead(
                Request.OperationCase.COMPLETE_PASSWORD_CHANGE,
                Response.newBuilder()
                        .setFailure(Failure.newBuilder().setCode(FailureCode.FAILURE_CODE_NOT_PROVEN))
                        .build());

        assertRefused(Reason.INTEGRITY, () -> device.changePassword(ALICE, server.password(), next));
    }

    @Test
    void change_of_the_password_behind_many_entries_is_held_against_the_log_at_the_next_login() {
        Snapshot[] before = new Snapshot[1];
        lies.answer = (request, honest) -> {
            if (request.hasStartPasswordChange()) {
                before[0] = server.service().snapshot();
            }
            if (!honest.hasPasswordChanged()) {
                return honest;
            }
            // Nothing was changed, but so many entries are new that not all of them come with the answer.
            server.service().restore(before[0]);
            server.log().grow(100);
            return server.withHeadOfTheLog(request, honest);
        };

        assertRefused(Reason.INTEGRITY, () -> device.changePassword(ALICE, server.password(), next));
    }

    @Test
    void deletion_of_the_account_that_was_not_logged_is_noticed() throws KeyClientException {
        Snapshot before = server.service().snapshot();
        lies.answer = (request, honest) -> {
            if (!honest.hasAccountDeleted()) {
                return honest;
            }
            server.service().restore(before);
            server.log().grow(5);
            return server.withHeadOfTheLog(request, honest);
        };

        assertRefused(Reason.INTEGRITY, () -> device.deleteAccount(ALICE, server.password()));
    }

    @Test
    void account_said_to_be_deleted_that_is_still_there_is_what_the_owner_sees() throws KeyClientException {
        Snapshot before = server.service().snapshot();
        device.deleteAccount(ALICE, server.password());
        server.service().restore(before);

        // Deleting is asked of the server: what it keeps nevertheless is sealed as before, and the owner sees it.
        try (KeySession session = server.logIn(server.newForgetfulDevice())) {
            assertThat(session.listAll()).hasSize(1);
            assertThat(get(session, "first")).isEqualTo("one");
        }
    }
}
