package dev.latchkey.e2e;

import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.server.KeyServer;
import dev.latchkey.server.ServerOptions;
import dev.latchkey.server.postgres.PostgresServer;
import dev.latchkey.server.store.GuessLimits;
import dev.latchkey.server.store.Rate;
import dev.latchkey.server.store.StoreLocation.PostgresDatabase;
import dev.latchkey.server.store.ThroughputLimits;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A key server over a deployment's folder, on a port that it prints, until its standard input ends. Arguments: the folder,
 * then memory, iterations and parallelism of a deployment that starts for the first time, then the port if it may not be any,
 * then the address of a PostgreSQL database and the file of its password if it is one of several servers.
 */
final class KeyServerMain {
    /** What stands before the port in its output. */
    static final String LISTENING = "listening on ";

    /** What stands before its heap and its memory in KiB, and its threads, for each byte of its standard input. */
    static final String LIVES_ON = "lives on ";

    /**
     * The property that says, in milliseconds, after which time a unit of a guess budget returns. Then nothing but the
     * budgets is in the way of a guess.
     */
    static final String GUESS_INTERVAL = "latchkey.test.guess.interval";

    private static final GuessLimits GUESSES = GuessLimits.DEFAULT;
    private static final Rate ANY = new Rate(Rate.MOST_PER_SECOND, Rate.MOST_PER_SECOND);

    private KeyServerMain() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws Exception {
        TestDeployment deployment = TestDeployment.of(Path.of(arguments[0]));
        KsfParameters ksf = new KsfParameters(
                Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
        int port = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 0;
        ServerOptions.Builder options =
                deployment.options().ksf(ksf).listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        if (arguments.length > 5) {
            options.storage(new PostgresDatabase(
                    arguments[5],
                    PostgresServer.USER,
                    Optional.of(Path.of(arguments[6])),
                    PostgresDatabase.DEFAULT_CONNECTIONS));
        }
        Long interval = Long.getLong(GUESS_INTERVAL);
        if (interval != null) {
            options.guessLimits(
                            new GuessLimits(GUESSES.capacity(), Duration.ofMillis(interval), GUESSES.keptFailures()))
                    .throughput(new ThroughputLimits(ANY, ANY, ANY));
        }
        try (KeyServer server = KeyServer.start(options.build())) {
            System.out.println(LISTENING + server.port());
            while (System.in.read() >= 0) {
                System.gc();
                System.out.println(LIVES_ON + figures());
            }
        }
    }

    private static String figures() throws IOException {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        return heap.getUsed() / 1024 + " " + residentKib() + " " + threads;
    }

    private static long residentKib() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(0);
        }
    }
}
