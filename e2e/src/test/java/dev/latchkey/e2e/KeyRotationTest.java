package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.client.KeyClient;
import dev.latchkey.client.ServerAddress;
import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.server.KeyServer;
import dev.latchkey.server.ServerOptions;
import dev.latchkey.server.StoreMaintenance;
import dev.latchkey.server.admin.AdminAnswer.KeysRenewed;
import dev.latchkey.server.admin.AdminClient;
import dev.latchkey.server.admin.AdminRequest;
import dev.latchkey.server.store.DamagedRow;
import dev.latchkey.server.store.KeyRotation.Progress;
import dev.latchkey.server.store.KeyRotation.State;
import dev.latchkey.server.store.StoreCheck;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The data key is renewed while owners work: none of them notices, and nothing is left under the old one. */
final class KeyRotationTest {
    /** As weak as a client accepts, so that there is more to be done than stretching. */
    private static final KsfParameters KSF = new KsfParameters(19456, 2, 1);

    private static final int OWNERS = 3;
    private static final int RENEWALS = 2;
    private static final int ACKNOWLEDGED_BEFORE_EACH = 8;

    private final Acknowledgements acknowledged = new Acknowledgements();
    private final AtomicBoolean over = new AtomicBoolean();
    private final List<OwnerOnDevice> owners = new ArrayList<>();

    @TempDir
    private Path folder;

    /** Renews the data key once. */
    @FunctionalInterface
    private interface Renewal {
        Progress toTheEnd() throws Exception;
    }

    @Test
    void renewal_besideTwoServers_failsNobodyAndLeavesNothingBehind() throws Exception {
        TestDeployment deployment = TestDeployment.init(folder.resolve("deployment"));
        try (TestStore store = TestStore.postgresql(KSF)) {
            ServerOptions options =
                    deployment.options().storage(store.location()).ksf(KSF).build();
            try (KeyServer one = KeyServer.start(options);
                    KeyServer two = KeyServer.start(options)) {
                work(deployment, List.of(one, two), () -> new StoreMaintenance(options).renewDataKey(progress -> {}));
            }
            assertNothingIsLeft(options, store);
        }
    }

    @Test
    void renewal_byARunningServerOverSqlite_failsNobodyAndLeavesNothingBehind() throws Exception {
        TestDeployment deployment = TestDeployment.init(folder.resolve("deployment"));
        Path socket = folder.resolve("admin");
        ServerOptions options =
                deployment.options().ksf(KSF).adminSocket(socket).build();
        try (KeyServer server = KeyServer.start(options)) {
            AdminClient operator = new AdminClient(socket, Duration.ofSeconds(30));
            work(deployment, List.of(server), () -> {
                Progress progress = ((KeysRenewed) operator.ask(new AdminRequest.RenewKeys())).progress();
                while (!progress.state().ends()) {
                    progress = ((KeysRenewed) operator.ask(new AdminRequest.GoOnRenewing())).progress();
                }
                return progress;
            });
        }
        assertNothingIsLeft(options, TestStore.sqlite(deployment));
    }

    private void work(TestDeployment deployment, List<KeyServer> servers, Renewal renewal) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(OWNERS);
        List<KeyClient> clients = new ArrayList<>();
        List<Future<?>> work = new ArrayList<>();
        try {
            for (int i = 0; i < OWNERS; i++) {
                KeyClient client = client(deployment, servers.get(i % servers.size()), "device" + i);
                clients.add(client);
                OwnerOnDevice owner = new OwnerOnDevice("owner" + i, client, new Random(i), acknowledged);
                owners.add(owner);
                work.add(threads.submit(() -> {
                    while (!over.get()) {
                        owner.step();
                    }
                    owner.endSession();
                    return null;
                }));
            }
            for (int i = 0; i < RENEWALS; i++) {
                acknowledged.await(ACKNOWLEDGED_BEFORE_EACH);
                Progress progress = renewal.toTheEnd();
                assertThat(progress.state()).isEqualTo(State.DONE);
                assertThat(progress.target()).isEqualTo(i + 2);
            }
            acknowledged.await(ACKNOWLEDGED_BEFORE_EACH);
            over.set(true);
            for (Future<?> owner : work) {
                owner.get();
            }
            KeyClient other = client(deployment, servers.get(servers.size() - 1), "another device");
            clients.add(other);
            for (OwnerOnDevice owner : owners) {
                owner.check(other);
                assertThat(owner.failures()).isEmpty();
                assertThat(owner.lost()).isEmpty();
            }
        } finally {
            over.set(true);
            threads.shutdownNow();
            clients.forEach(KeyClient::close);
        }
    }

    private KeyClient client(TestDeployment deployment, KeyServer server, String device) throws Exception {
        return KeyClient.builder(new ServerAddress("localhost", server.port()))
                .trust(deployment.ca())
                .memory(folder.resolve(device))
                .ksfFloor(KSF)
                .build();
    }

    /** The one key that is there opens everything that is there. */
    private static void assertNothingIsLeft(ServerOptions options, TestStore store) throws Exception {
        List<DamagedRow> damaged = new ArrayList<>();
        StoreCheck.Summary summary = new StoreMaintenance(options).check(new StoreCheck() {
            @Override
            public void damaged(DamagedRow row) {
                damaged.add(row);
            }

            @Override
            public void progress(long accounts, long total) {
                assertThat(accounts).isEqualTo(total);
            }
        });
        assertThat(damaged).isEmpty();
        assertThat(summary.accounts()).isEqualTo(OWNERS);
        assertThat(versions(store)).containsExactly(RENEWALS + 1);
    }

    private static List<Integer> versions(TestStore store) throws SQLException {
        List<Integer> versions = new ArrayList<>();
        try (Connection connection = store.look();
                ResultSet rows = connection.createStatement().executeQuery("SELECT version FROM data_keys")) {
            while (rows.next()) {
                versions.add(rows.getInt(1));
            }
        }
        return versions;
    }
}
