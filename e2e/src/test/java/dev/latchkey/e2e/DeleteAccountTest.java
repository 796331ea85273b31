package dev.latchkey.e2e;

import static dev.latchkey.e2e.ServerFixture.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.DeleteAccount;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.RetrieveStorageKey;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.server.store.jdbc.DatabasePeek;
import io.grpc.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The end of an account: nothing of it stays, and nobody else notices. */
final class DeleteAccountTest extends OwnersAtOneServer {
    private static final Request DELETE = Request.newBuilder()
            .setDeleteAccount(DeleteAccount.getDefaultInstance())
            .build();
    private static final Request STORAGE_KEY = Request.newBuilder()
            .setRetrieveStorageKey(RetrieveStorageKey.getDefaultInstance())
            .build();

    /** The tables of both databases in which anything names this owner. */
    private List<String> tablesWith(UserId owner) throws IOException {
        String id = HexFormat.of().formatHex(owner.toByteArray());
        List<String> tables = new ArrayList<>();
        Path database = server.deployment().database();
        for (Path file : List.of(database, database.resolveSibling(database.getFileName() + "-transient"))) {
            for (DatabasePeek.Table table : DatabasePeek.read(file)) {
                boolean found = table.rows().stream()
                        .flatMap(List::stream)
                        .anyMatch(cell -> cell.value().contains(id));
                if (found) {
                    tables.add(table.name());
                }
            }
        }
        return tables;
    }

    /** Under which the account's seed is sealed. */
    private String erasureKey() throws IOException {
        String slot = cell("accounts", "user_id", HexFormat.of().formatHex(user.toByteArray()), "slot");
        return cell("erasure_keys", "slot", slot, "key");
    }

    /** A cell of the row that has this value in its key. */
    private String cell(String table, String key, String value, String column) throws IOException {
        return DatabasePeek.read(server.deployment().database()).stream()
                .filter(candidate -> candidate.name().equals(table))
                .flatMap(candidate -> candidate.rows().stream())
                .filter(row -> row.stream()
                        .anyMatch(cell ->
                                cell.column().equals(key) && cell.value().equals(value)))
                .flatMap(List::stream)
                .filter(cell -> cell.column().equals(column))
                .map(DatabasePeek.Cell::value)
                .findAny()
                .orElseThrow();
    }

    private boolean isInFiles(String hex) throws IOException {
        String sought = new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
        Path database = server.deployment().database();
        for (Path file : List.of(database, database.resolveSibling(database.getFileName() + "-wal"))) {
            if (Files.exists(file)
                    && new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(sought)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void delete_leavesNoRowOfTheOwnerInAnyTable() throws Exception {
        RawSecrets secrets = new RawSecrets(client.logIn(name, PASSWORD));
        secrets.call(RawSecrets.deletion(secrets.stored()));
        secrets.stored();
        secrets.allocate();
        RawSession session = client.logInToAccount(name, PASSWORD);
        new RawPasswordChange(session, name, "never finished").upToTheLastStep();
        assertThat(tablesWith(user)).contains("accounts", "account_names", "audit", "key_ids", "secrets", "sessions");
        String key = erasureKey();
        assertThat(isInFiles(key)).isTrue();

        assertThat(session.call(DELETE).hasAccountDeleted()).isTrue();

        assertThat(tablesWith(user)).isEmpty();
        assertThat(isInFiles(key)).isFalse();
    }

    @Test
    void delete_answersWithTheLastHead() throws Exception {
        RawSession session = client.logInToAccount(name, PASSWORD);
        RawLog log = new RawLog(user);

        Response answer = session.call(DELETE);

        log.absorb(answer.getAccountDeleted().getAudit());
        assertThat(log.actions())
                .containsExactly(
                        AuditAction.ACCOUNT_REGISTERED,
                        AuditAction.ACCOUNT_SESSION_OPENED,
                        AuditAction.ACCOUNT_DELETED);
        assertThat(log.last().object()).isEmpty();
        assertThat(log.last().sessionId()).contains(session.id());
    }

    @Test
    void delete_endsEverySessionAndHandshakeOfTheOwnerAndNobodyElses() throws Exception {
        RawSession request = client.logIn(name, PASSWORD);
        RawSession account = client.logInToAccount(name, PASSWORD);
        RawHandshake begun = client.startLogin(name, PASSWORD);
        RawHandshake begunForAccount = client.startLogin(name, PASSWORD, SessionKind.SESSION_KIND_ACCOUNT);
        String other = "other-" + name;
        client.startRegistration(other, UserId.random(client.random()), PASSWORD)
                .complete();
        RawSession others = client.logIn(other, PASSWORD);
        RawSession session = client.logInToAccount(name, PASSWORD);

        session.call(DELETE);

        for (RawSession over : List.of(request, account, session)) {
            assertRefused(() -> over.call(STORAGE_KEY), Status.Code.UNAUTHENTICATED);
        }
        assertRefused(() -> client.send(begun), Status.Code.UNAUTHENTICATED);
        assertRefused(() -> client.send(begunForAccount), Status.Code.UNAUTHENTICATED);
        assertThat(others.call(STORAGE_KEY).hasStorageKeyRetrieved()).isTrue();
    }

    @Test
    void deleted_isAsIfItHadNeverBeen() throws Exception {
        client.logInToAccount(name, PASSWORD).call(DELETE);

        assertThatThrownBy(() -> client.startLogin(name, PASSWORD)).isInstanceOf(OpaqueException.class);
        assertThat(client.stub()
                        .startLogin(RawClient.loginRequest(name, Elements.ke1()))
                        .getSerializedSize())
                .isEqualTo(client.stub()
                        .startLogin(RawClient.loginRequest("never-was-" + name, Elements.ke1()))
                        .getSerializedSize());
    }

    @Test
    void deleted_nameAndUserIdAreFree_andTheNewAccountIsEmpty() throws Exception {
        RawSecrets old = new RawSecrets(client.logIn(name, PASSWORD));
        old.stored();
        client.logInToAccount(name, PASSWORD).call(DELETE);

        assertThat(client.startRegistration(name, user, "another password")
                        .complete()
                        .hasRegistrationCompleted())
                .isTrue();

        RawSecrets secrets = new RawSecrets(client.logIn(name, "another password"));
        assertThat(secrets.list().getSecretsListed().getSecretsList()).isEmpty();
        secrets.log().absorb(secrets.list().getSecretsListed().getAudit());
        assertThat(secrets.log().actions()).containsExactly(AuditAction.ACCOUNT_REGISTERED, AuditAction.SESSION_OPENED);
    }

    @Test
    void deleted_guessesStayCounted() throws Exception {
        for (int i = 0; i < 9; i++) {
            client.stub().startLogin(RawClient.loginRequest(name, Elements.ke1()));
        }
        client.logInToAccount(name, PASSWORD).call(DELETE);

        client.stub().startLogin(RawClient.loginRequest(name, Elements.ke1()));

        assertRefused(
                () -> client.stub().startLogin(RawClient.loginRequest(name, Elements.ke1())),
                Status.Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void delete_afterARestart_isStillDeleted() throws Exception {
        client.logInToAccount(name, PASSWORD).call(DELETE);

        server.restart();
        client.close();
        client = server.client();

        assertThat(tablesWith(user)).isEmpty();
        assertThatThrownBy(() -> client.startLogin(name, PASSWORD)).isInstanceOf(OpaqueException.class);
    }
}
