package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.client.CountedPauses;
import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.ServerAddress;
import dev.latchkey.opaque.KsfParameters;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two server processes over one PostgreSQL database behind a TCP balancer, killed in turn at random moments and started
 * again, while owners work: nobody is told of it, and nothing acknowledged is lost.
 *
 * <p>{@code -Dlatchkey.nodes.rounds=50} kills that often, {@code -Dlatchkey.nodes.seed=N} chooses the moments of an earlier
 * run; what is under way then still differs.
 */
final class TwoNodesTest {
    private static final int ROUNDS = Integer.getInteger("latchkey.nodes.rounds", 3);
    private static final long SEED = Long.getLong("latchkey.nodes.seed", System.nanoTime());

    /** As weak as a client accepts, so that there is more to be done than stretching. */
    private static final KsfParameters KSF = new KsfParameters(19456, 2, 1);

    private static final int DEVICES = 3;
    private static final int MOST_ACKNOWLEDGED_BETWEEN = 25;
    private static final long LONGEST_DELAY_MILLIS = 300;
    private static final long DEADLINE_SECONDS = 300;

    private final Random random = new Random(SEED);
    private final Acknowledgements acknowledged = new Acknowledgements();
    private final AtomicLong retried = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();
    private final ExecutorService threads = Executors.newFixedThreadPool(DEVICES);
    private final List<Node> nodes = new ArrayList<>();
    private final List<KeyClient> clients = new ArrayList<>();

    @TempDir
    private Path folder;

    private TestDeployment deployment;
    private TestStore store;
    private Balancer balancer;

    @BeforeEach
    void start() throws Exception {
        deployment = TestDeployment.init(folder.resolve("deployment"));
        store = TestStore.postgresql(KSF);
        for (String name : List.of("one", "two")) {
            Node node = new Node(name, folder.resolve(name), deployment, store, List.of());
            nodes.add(node);
            node.start();
        }
        balancer = Balancer.start(folder.resolve("balancer"), nodes);
    }

    @AfterEach
    void stop() {
        over.set(true);
        threads.shutdownNow();
        clients.forEach(KeyClient::close);
        if (balancer != null) {
            balancer.close();
        }
        nodes.forEach(Node::close);
        store.close();
    }

    @Test
    @SuppressWarnings("SystemOut")
    void nodes_killedInTurn_areNoticedByNobodyAndLoseNothing() throws Exception {
        List<DeviceAtWork> devices = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
            String name = "device-" + i;
            KeyClient client = client(balancer.port(), name);
            devices.add(new DeviceAtWork(name, client, new Random(random.nextLong()), acknowledged, over::get));
        }
        List<Future<Void>> ends = devices.stream().map(threads::submit).toList();
        for (int round = 0; round < ROUNDS; round++) {
            killOne(nodes.get(round % 2), nodes.get(1 - round % 2));
        }
        acknowledged.await(1);
        over.set(true);
        for (Future<Void> end : ends) {
            end.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        }

        List<OwnerOnDevice> owners =
                devices.stream().flatMap(device -> device.owners().stream()).toList();
        List<String> seen =
                owners.stream().flatMap(owner -> owner.failures().stream()).toList();
        long worked = acknowledged.count();
        List<String> lost = lost(owners);
        System.out.println("two nodes: seed=" + SEED + ", rounds=" + ROUNDS + ", owners=" + owners.size()
                + ", acknowledged=" + worked + ", lost=" + lost.size() + ", retried=" + retried + ", failures seen="
                + seen.size() + ", longest gap=" + acknowledged.longestGap().toMillis() + " ms");
        assertThat(lost).as("seed %d", SEED).isEmpty();
        assertThat(seen).as("seed %d", SEED).isEmpty();
    }

    /** At a moment of its own; the other one then has everything to do for a while. */
    private void killOne(Node node, Node other) throws Exception {
        acknowledged.await(1 + random.nextInt(MOST_ACKNOWLEDGED_BETWEEN));
        node.live(Duration.ofNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(LONGEST_DELAY_MILLIS))));
        node.kill();
        acknowledged.await(1 + random.nextInt(MOST_ACKNOWLEDGED_BETWEEN));
        other.live(Duration.ZERO);
        node.start();
        balancer.awaitUp(node);
    }

    /** Everything is read back through each node by itself, with devices that remember nothing. */
    private List<String> lost(List<OwnerOnDevice> owners) throws Exception {
        for (Node node : nodes) {
            KeyClient reader = client(node.port(), "reader-" + node.name());
            for (OwnerOnDevice owner : owners) {
                owner.check(reader);
            }
        }
        List<String> lost = new ArrayList<>();
        owners.forEach(owner -> lost.addAll(owner.lost()));
        try (Connection connection = store.look()) {
            lost.addAll(AuditLogs.read(connection).wrong());
        }
        return lost;
    }

    private KeyClient client(int port, String device) throws KeyClientException {
        KeyClient client = CountedPauses.in(retried, KeyClient.builder(new ServerAddress("localhost", port)))
                .trust(deployment.ca())
                .memory(folder.resolve(device))
                .ksfFloor(KSF)
                .build();
        clients.add(client);
        return client;
    }
}
