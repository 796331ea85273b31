package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.NewSecret;
import dev.latchkey.protocol.wire.ReadAuditLog;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.RetrieveStorageKey;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The disk under database, write-ahead log and the server's own log is full to its last byte, and whatever the server frees
 * is taken by others at once: what can't be kept is refused, what only looks is answered, and nothing needs a restart.
 */
final class DiskFullTest {
    private static final String NAME = "owner";
    private static final String PASSWORD = "seven quiet otters at dusk";
    private static final int ROUNDS = 5;
    private static final int LARGE = 60_000;

    /** The deadline of a call. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private SmallDisk disk;
    private Node node;
    private Duration longestRefusal = Duration.ZERO;
    private Duration longestRead = Duration.ZERO;
    private int unlogged;

    @Test
    void sqlite_onAFullDisk_refusesWhatItCanNotKeepReadsOnAndHeals() throws Exception {
        disk = SmallDisk.in(folder.resolve("disk"));
        TestDeployment deployment = TestDeployment.init(disk.folder().resolve("deployment"));
        Path log = disk.folder().resolve("log");
        Path here = Files.createDirectories(folder.resolve("node"));
        Files.createSymbolicLink(here.resolve("stderr"), log);
        try {
            node = new Node(
                    "node",
                    here,
                    deployment,
                    TestStore.sqlite(deployment),
                    List.of("-Dlogback.configurationFile=logback-to-stderr.xml"));
            node.start();
            try (RawClient client = new RawClient(node.port(), deployment.ca())) {
                client.startRegistration(NAME, UserId.random(client.random()), PASSWORD)
                        .complete();
                meet(client);
            }
            long beforeTheEnd = Files.size(log);
            node.end();
            String last = Files.readString(log).substring((int) beforeTheEnd);
            assertThat(last).as("it logs again").contains("stopped");
        } finally {
            if (node != null) {
                node.close();
            }
            disk.close();
        }
    }

    private void meet(RawClient client) throws Exception {
        RawSecrets secrets = new RawSecrets(client.logIn(NAME, PASSWORD));
        ByteString kept = secrets.stored().getKeyId();
        for (int round = 0; round < ROUNDS; round++) {
            refused(() -> secrets.store(large(secrets), large(secrets), large(secrets)));
            read(() -> assertThat(secrets.list().getSecretsListed().getSecretsCount())
                    .isEqualTo(1));
            read(() ->
                    assertThat(log(secrets).getAuditLogRead().getEntriesCount()).isGreaterThan(2));
            read(() -> assertThat(secrets.call(
                                    Request.newBuilder().setRetrieveStorageKey(RetrieveStorageKey.getDefaultInstance()))
                            .hasStorageKeyRetrieved())
                    .isTrue());
            mayBeRefused(() -> secrets.retrieve(kept));
            mayBeRefused(() -> client.logIn(NAME, PASSWORD));
        }

        disk.empty(node);
        long start = System.nanoTime();
        secrets.stored();
        client.logIn(NAME, PASSWORD);
        Duration healing = Duration.ofNanos(System.nanoTime() - start);

        assertThat(secrets.list().getSecretsListed().getSecretsCount()).isEqualTo(2);
        System.out.printf(
                "fault disk full (%s: database, WAL and log): changes refused within %d ms, reads answered within %d ms,"
                        + " %d of %d logins and retrievals refused since they could not be logged, stored and logged in"
                        + " again %d ms after there was room%n",
                disk.kind(),
                longestRefusal.toMillis(),
                longestRead.toMillis(),
                unlogged,
                2 * ROUNDS,
                healing.toMillis());
        assertThat(longestRefusal).isLessThan(LONGEST);
        assertThat(longestRead).isLessThan(LONGEST);
    }

    /** Three of them are more than any room that is left inside the files. */
    private static NewSecret large(RawSecrets secrets) {
        return secrets.fresh().toBuilder()
                .setSealedSecret(secrets.sealed(LARGE))
                .build();
    }

    private static Response log(RawSecrets secrets) {
        return secrets.call(Request.newBuilder()
                .setReadAuditLog(ReadAuditLog.newBuilder().setFrom(1).setLimit(10)));
    }

    private void refused(Callable<?> call) throws Exception {
        assertThat(isRefused(call)).as("what can't be kept is not acknowledged").isTrue();
    }

    private void read(Runnable call) throws Exception {
        disk.fill(node);
        long start = System.nanoTime();
        call.run();
        longestRead = longer(longestRead, start);
    }

    /** A guess and a retrieval are written down before they are answered, for which there may be room or not. */
    private void mayBeRefused(Callable<?> call) throws Exception {
        unlogged += isRefused(call) ? 1 : 0;
    }

    private boolean isRefused(Callable<?> call) throws Exception {
        disk.fill(node);
        long start = System.nanoTime();
        try {
            call.call();
            return false;
        } catch (StatusRuntimeException refused) {
            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            longestRefusal = longer(longestRefusal, start);
            return true;
        }
    }

    private static Duration longer(Duration one, long since) {
        Duration other = Duration.ofNanos(System.nanoTime() - since);
        return one.compareTo(other) < 0 ? other : one;
    }
}
