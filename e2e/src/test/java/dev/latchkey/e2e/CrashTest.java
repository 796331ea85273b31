package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.opaque.KsfParameters;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the server at random moments and starts it again on the same files: whatever was acknowledged must still be there.
 *
 * <p>{@code -Dlatchkey.crash.kills=50} kills it that often, {@code -Dlatchkey.crash.seed=N} chooses the moments of an
 * earlier run; what the server is doing then still differs.
 */
final class CrashTest {
    private static final int KILLS = Integer.getInteger("latchkey.crash.kills", 5);
    private static final long SEED = Long.getLong("latchkey.crash.seed", System.nanoTime());

    private static final int THREADS = 3;
    private static final int MOST_ACKNOWLEDGED_BEFORE_A_KILL = 60;
    private static final Duration LONGEST_DELAY = Duration.ofMillis(30);
    private static final Duration LONGEST_START = Duration.ofSeconds(2);
    private static final long DEADLINE_SECONDS = 180;
    private static final List<String> JVM_OPTIONS = List.of("-Xmx256m");

    private final Random random = new Random(SEED);
    private final Semaphore acknowledged = new Semaphore(0);
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final List<OwnersAtWork> owners = IntStream.range(0, THREADS)
            .mapToObj(thread -> new OwnersAtWork("owner-" + thread, new Random(random.nextLong()), acknowledged))
            .toList();
    private final List<String> lost = new ArrayList<>();

    @TempDir
    private Path folder;

    private TestDeployment deployment;
    private JavaProcess server;

    @BeforeEach
    void init() throws Exception {
        deployment = TestDeployment.init(folder.resolve("server"));
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        if (server != null) {
            server.close();
        }
    }

    @Test
    @SuppressWarnings("SystemOut")
    void server_killedAtRandomMoments_losesNothingItAcknowledged() throws Exception {
        System.out.println("crash: seed=" + SEED);
        int done = 0;
        int inDoubt = 0;
        int killedStarting = 0;
        RawClient client = startServer();
        for (int kill = 1; kill <= KILLS; kill++) {
            done += killAtWork(client);
            inDoubt += sum(OwnersAtWork::inDoubt);
            if (random.nextInt(3) == 0) {
                killWhileStarting();
                killedStarting++;
            }
            client = startServer();
            check(kill < KILLS ? OwnersAtWork::checkRecent : OwnersAtWork::checkAll, client);
            assertThat(lost).as("after kill %d of seed %d", kill, SEED).isEmpty();
        }
        client.close();
        server.end();
        System.out.println("crash: kills=" + KILLS + " (and " + killedStarting + " while starting), accounts="
                + sum(OwnersAtWork::count) + ", acknowledged=" + done + ", in doubt=" + inDoubt
                + " (of which had happened "
                + sum(OwnersAtWork::hadHappened) + "), lost=" + lost.size());
    }

    /** Lets the owners work, kills the server in the middle of it, and gives the number of things acknowledged. */
    private int killAtWork(RawClient client) throws Exception {
        acknowledged.drainPermits();
        try (client) {
            List<Future<StatusRuntimeException>> ends = owners.stream()
                    .map(some -> threads.submit(() -> some.work(client)))
                    .toList();
            int wanted = 1 + random.nextInt(MOST_ACKNOWLEDGED_BEFORE_A_KILL);
            assertThat(acknowledged.tryAcquire(wanted, DEADLINE_SECONDS, TimeUnit.SECONDS))
                    .as("%d things were acknowledged in time; the owners: %s", wanted, ends)
                    .isTrue();
            killAfterUpTo(LONGEST_DELAY);
            for (Future<StatusRuntimeException> end : ends) {
                assertThat(end.get(DEADLINE_SECONDS, TimeUnit.SECONDS)
                                .getStatus()
                                .getCode())
                        .isEqualTo(Status.Code.UNAVAILABLE);
            }
            return wanted + acknowledged.drainPermits();
        }
    }

    private void killWhileStarting() throws Exception {
        startProcess();
        killAfterUpTo(LONGEST_START);
    }

    private void killAfterUpTo(Duration longest) throws InterruptedException {
        assertThat(server.endsWithin(Duration.ofNanos((long) (random.nextDouble() * longest.toNanos()))))
                .as("the server ended by itself")
                .isFalse();
        server.kill();
    }

    private RawClient startServer() throws Exception {
        startProcess();
        return new RawClient(Integer.parseInt(server.await(KeyServerMain.LISTENING)), deployment.ca());
    }

    private void startProcess() throws Exception {
        KsfParameters ksf = TestDeployment.CHEAP;
        server = JavaProcess.startFast(
                KeyServerMain.class,
                Files.createDirectories(folder.resolve("process")),
                JVM_OPTIONS,
                List.of(
                        deployment.folder().toString(),
                        Integer.toString(ksf.memoryKib()),
                        Integer.toString(ksf.iterations()),
                        Integer.toString(ksf.parallelism())));
    }

    /** All owners at once, and then their logs in the database, which nobody writes to by then. */
    private void check(Check check, RawClient client) throws Exception {
        List<Callable<List<String>>> checks = owners.stream()
                .<Callable<List<String>>>map(some -> () -> check.of(some, client))
                .toList();
        for (Future<List<String>> part : threads.invokeAll(checks, DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            lost.addAll(part.get());
        }
        AuditLogs logs = AuditLogs.read(deployment.database());
        lost.addAll(logs.wrong());
        owners.forEach(some -> lost.addAll(some.compare(logs)));
        assertThat(logs.accounts())
                .as("accounts in the database, and owners, who all have one by now")
                .isEqualTo(sum(OwnersAtWork::count));
    }

    private int sum(ToIntFunction<OwnersAtWork> number) {
        return owners.stream().mapToInt(number).sum();
    }

    @FunctionalInterface
    private interface Check {
        List<String> of(OwnersAtWork some, RawClient client);
    }
}
