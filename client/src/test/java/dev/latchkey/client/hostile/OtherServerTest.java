package dev.latchkey.client.hostile;

import static dev.latchkey.client.hostile.HostileServer.ALICE;
import static dev.latchkey.client.hostile.HostileServer.assertRefused;
import static dev.latchkey.client.hostile.HostileServer.get;
import static dev.latchkey.client.hostile.HostileServer.put;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.testserver.InMemoryService;
import dev.latchkey.client.testserver.Snapshot;
import dev.latchkey.client.testserver.Steps;
import dev.latchkey.client.testserver.TestAuthority;
import dev.latchkey.opaque.ServerKeyPair;
import dev.latchkey.protocol.UserId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is another than the one the device knows, or takes the owner for somebody else. */
final class OtherServerTest {

    @TempDir
    private Path folder;

    private final SecureRandom random = new SecureRandom();
    private final HostileServer server = new HostileServer();
    private final Lies lies = server.lies();
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
        server.close();
    }

    @Test
    void other_server_key_with_the_same_name_and_password_is_refused() throws KeyClientException {
        server.replaceBy(new InMemoryService(new Steps()), server.certificate());
        KeyClient elsewhere = server.newForgetfulDevice();
        elsewhere.register(ALICE, server.password());

        assertRefused(Reason.SERVER_CHANGED, () -> server.logIn(device));
    }

    @Test
    void other_server_key_can_be_accepted_knowingly() throws KeyClientException {
        server.replaceBy(new InMemoryService(new Steps()), server.certificate());
        KeyClient elsewhere = server.newForgetfulDevice();
        elsewhere.register(ALICE, server.password());

        try (KeySession session = server.logIn(server.deviceThatAcceptsChange())) {
            assertThat(session.listAll()).isEmpty();
        }
    }

    @Test
    void other_server_key_before_a_known_account_opens_nothing() {
        ServerKeyPair other = ServerKeyPair.generate(random);
        lies.keyPairOfLogin = honest -> other;

        assertRefused(Reason.WRONG_PASSWORD, () -> server.logIn(device));
        assertThat(lies.heard()).endsWith("KE1");
    }

    @Test
    void other_server_key_in_the_middle_of_a_registration_is_refused() {
        ServerKeyPair other = ServerKeyPair.generate(random);
        lies.keyPairOfLogin = honest -> other;
        KeyClient fresh = server.newDevice();

        assertRefused(Reason.INTEGRITY, () -> fresh.register(HostileServer.BOB, server.password()));
        assertThat(server.service().accounts()).isEqualTo(1);
    }

    @Test
    void other_authority_is_refused_by_who_remembers_the_first() throws Exception {
        TestAuthority other = TestAuthority.create();
        trustAlso(other);
        server.replaceBy(server.service(), other.forLoopback());
        KeyClient sameDevice = server.sameDevice();

        assertRefused(Reason.SERVER_CHANGED, () -> server.logIn(sameDevice));
        assertThat(get(server.logIn(server.deviceThatAcceptsChange()), "first")).isEqualTo("one");
    }

    @Test
    void other_certificate_of_the_same_authority_is_taken() throws KeyClientException {
        server.replaceBy(server.service(), server.certificate());

        assertThat(get(server.logIn(server.sameDevice()), "first")).isEqualTo("one");
    }

    private void trustAlso(TestAuthority other) throws IOException {
        Files.write(server.ca(), Files.readAllBytes(other.writeTo(folder)), StandardOpenOption.APPEND);
    }

    private ByteString another() {
        return ByteString.copyFrom(UserId.random(random).toByteArray());
    }

    @Test
    void other_user_id_stops_the_login() throws KeyClientException {
        lies.opened = honest -> honest.toBuilder().setUserId(another()).build();
        assertRefused(Reason.ROLLED_BACK, () -> server.logIn(device));
        assertRefused(Reason.INTEGRITY, () -> server.logIn(server.newForgetfulDevice()));

        lies.beHonest();
        assertThat(get(server.logIn(device), "first")).isEqualTo("one");
    }

    @Test
    void other_user_id_stops_the_registration() {
        lies.opened = honest -> honest.toBuilder().setUserId(another()).build();
        KeyClient fresh = server.newDevice();

        assertRefused(Reason.INTEGRITY, () -> fresh.register(HostileServer.BOB, server.password()));
        assertThat(server.service().accounts()).isEqualTo(1);
    }

    @Test
    void other_user_id_stops_the_change_of_the_password_and_the_deletion() {
        lies.opened = honest -> honest.toBuilder().setUserId(another()).build();

        assertRefused(
                Reason.ROLLED_BACK,
                () -> device.changePassword(ALICE, server.password(), HostileServer.password("another one")));
        assertRefused(Reason.ROLLED_BACK, () -> device.deleteAccount(ALICE, server.password()));
        assertThat(server.service().accounts()).isEqualTo(1);
    }

    @Test
    void account_made_anew_at_the_same_server_is_refused() throws KeyClientException {
        Snapshot before = server.service().snapshot();
        KeyClient elsewhere = server.newForgetfulDevice();
        elsewhere.deleteAccount(ALICE, server.password());
        elsewhere.register(ALICE, server.password());
        assertRefused(Reason.ROLLED_BACK, () -> server.logIn(device));

        server.service().restore(before);
        assertThat(get(server.logIn(device), "first")).isEqualTo("one");
    }
}
