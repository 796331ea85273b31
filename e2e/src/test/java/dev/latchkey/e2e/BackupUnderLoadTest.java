package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.protocol.UserId;
import dev.latchkey.server.KeyServer;
import dev.latchkey.server.ServerBackup;
import dev.latchkey.server.ServerOptions;
import dev.latchkey.server.admin.AdminAnswer.BackupTaken;
import dev.latchkey.server.admin.AdminClient;
import dev.latchkey.server.admin.AdminRequest.TakeBackup;
import dev.latchkey.server.backup.Manifest;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup is taken of a server at which owners are at work, and brought back elsewhere. */
final class BackupUnderLoadTest {
    private static final int SETTLED = 2;
    private static final int BUSY = 2;
    private static final int AT_WORK = 6;

    @TempDir
    private Path folder;

    private TestDeployment here;
    private TestDeployment elsewhere;

    private static ServerOptions.Builder options(TestDeployment deployment, TestStore store) {
        return deployment.options().storage(store.location()).ksf(store.ksf());
    }

    @Test
    void sqlite_broughtBackElsewhere_isTheSame() throws Exception {
        here = TestDeployment.init(folder.resolve("here"));
        elsewhere = TestDeployment.init(folder.resolve("elsewhere"));
        backUpAndRestore(TestStore.sqlite(here), TestStore.sqlite(elsewhere));
    }

    @Test
    void postgresql_broughtBackElsewhere_isTheSame() throws Exception {
        here = TestDeployment.init(folder.resolve("here"));
        elsewhere = TestDeployment.init(folder.resolve("elsewhere"));
        try (TestStore source = TestStore.postgresql(TestDeployment.CHEAP);
                TestStore target = TestStore.postgresql(TestDeployment.CHEAP)) {
            backUpAndRestore(source, target);
        }
    }

    private void backUpAndRestore(TestStore source, TestStore target) throws Exception {
        Path backup = folder.resolve("under-load.backup");
        List<RememberedOwner> settled = new ArrayList<>();
        Manifest taken = takeWhileOwnersAreAtWork(source, backup, settled);

        ServerOptions options = options(elsewhere, target).build();
        assertThat(ServerBackup.restore(options, backup)).isEqualTo(taken);

        try (KeyServer restored = KeyServer.start(options);
                RawClient client = new RawClient(restored.port(), elsewhere.ca())) {
            for (RememberedOwner owner : settled) {
                assertThat(owner.check(client)).isEmpty();
            }
        }
    }

    /** @param settled gets owners who had done all they wanted before */
    private Manifest takeWhileOwnersAreAtWork(TestStore source, Path backup, List<RememberedOwner> settled)
            throws Exception {
        Path socket = folder.resolve("admin.sock");
        Semaphore acknowledged = new Semaphore(0);
        ExecutorService threads = Executors.newFixedThreadPool(BUSY);
        KeyServer server =
                KeyServer.start(options(here, source).adminSocket(socket).build());
        try (RawClient client = new RawClient(server.port(), here.ca())) {
            for (int i = 0; i < SETTLED; i++) {
                RememberedOwner owner = new RememberedOwner("settled-" + i, UserId.random(client.random()));
                owner.register(client);
                owner.store(client, owner.logIn(client));
                settled.add(owner);
            }
            List<Future<StatusRuntimeException>> busy = new ArrayList<>();
            for (int i = 0; i < BUSY; i++) {
                OwnersAtWork owners = new OwnersAtWork("busy-" + i, new Random(i), acknowledged);
                busy.add(threads.submit(() -> owners.work(client)));
            }
            awaitWork(acknowledged);
            BackupTaken taken =
                    (BackupTaken) new AdminClient(socket, Duration.ofMinutes(1)).ask(new TakeBackup(backup.toString()));
            awaitWork(acknowledged);
            for (Future<StatusRuntimeException> owners : busy) {
                // What they say if they had to give up.
                assertThat(owners.isDone() ? owners.get() : null).isNull();
            }

            server.shutdown(Duration.ZERO);
            for (Future<StatusRuntimeException> owners : busy) {
                assertThat(owners.get(1, TimeUnit.MINUTES)).isNotNull();
            }
            return taken.manifest();
        } finally {
            server.close();
            threads.shutdownNow();
        }
    }

    private static void awaitWork(Semaphore acknowledged) throws InterruptedException {
        assertThat(acknowledged.tryAcquire(AT_WORK, 1, TimeUnit.MINUTES)).isTrue();
    }
}
