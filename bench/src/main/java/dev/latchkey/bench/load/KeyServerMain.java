package dev.latchkey.bench.load;

import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.server.KeyServer;
import dev.latchkey.server.ServerOptions;
import dev.latchkey.server.rpc.SessionLimits;
import dev.latchkey.server.store.GuessLimits;
import dev.latchkey.server.store.Rate;
import dev.latchkey.server.store.StoreLocation;
import dev.latchkey.server.store.StoreLocation.SqliteFile;
import dev.latchkey.server.store.ThroughputLimits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/** A key server as it always is, but for its limits, which no load reaches. */
final class KeyServerMain {

    /** The least that clients accept. */
    private static final KsfParameters KSF = new KsfParameters(19456, 2, 1);

    private static final GuessLimits GUESSES = new GuessLimits(
            GuessLimits.DEFAULT.keptFailures(), Duration.ofMillis(1), GuessLimits.DEFAULT.keptFailures());

    private static final Rate ANY = new Rate(Rate.MOST_PER_SECOND, Rate.MOST_PER_SECOND);

    /** Sessions last as long as a run does, so that what is measured is not the logging in again. */
    private static final SessionLimits SESSIONS = new SessionLimits(
            SessionLimits.DEFAULT.handshake(),
            SessionLimits.DEFAULT.registration(),
            Duration.ofHours(12),
            Duration.ofHours(12),
            Integer.MAX_VALUE,
            SessionLimits.DEFAULT.sessionsPerUser());

    private KeyServerMain() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        KeyServer server = KeyServer.start(options(folder, new SqliteFile(folder.resolve("latchkey.db"))));
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        System.out.println("port " + server.port());
        Thread.currentThread().join();
    }

    /** The key and the certificate are those of the deployment in {@code folder}. */
    static ServerOptions options(Path folder, StoreLocation storage) {
        return ServerOptions.builder()
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .storage(storage)
                .rootKey(folder.resolve("root.key"))
                .certificate(folder.resolve("server.pem"))
                .certificateKey(folder.resolve("server-key.pem"))
                .ksf(KSF)
                .guessLimits(GUESSES)
                .sessionLimits(SESSIONS)
                .throughput(new ThroughputLimits(ANY, ANY, ANY))
                .build();
    }
}
