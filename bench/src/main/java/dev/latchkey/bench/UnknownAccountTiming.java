package dev.latchkey.bench;

import com.google.protobuf.ByteString;
import dev.latchkey.bench.load.Folders;
import dev.latchkey.bench.load.StartedServer;
import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.ServerAddress;
import dev.latchkey.opaque.ClientLogin;
import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.opaque.OpaqueClient;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.InvalidInputException;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.wire.KeyServerGrpc;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.protocol.wire.StartLoginRequest;
import dev.latchkey.server.KeyServer;
import dev.latchkey.server.ServerOptions;
import dev.latchkey.server.store.GuessLimits;
import dev.latchkey.server.store.Rate;
import dev.latchkey.server.store.StoreLocation.SqliteFile;
import dev.latchkey.server.store.ThroughputLimits;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Whether a stranger can tell by the time of its answer that a name has no account: StartLogin for a name that somebody has
 * and one that nobody has, in random order, again and again, over TLS, at a server on the embedded database.
 *
 * <p>Neither population of times should tend to be the longer one (Mann and Whitney's rank test).
 */
public final class UnknownAccountTiming {

    private static final int PAIRS = 2000;
    private static final int WARM_UP = 1000;

    /** Of each kind, so that where a name happens to stand in an index does not decide. */
    private static final int NAMES = 16;

    private static final double SUSPICIOUS = 4.5;
    private static final KsfParameters KSF = new KsfParameters(19456, 2, 1);

    /** No guess is refused here, by whatever limit; the rest is as it always is. */
    private static final GuessLimits GUESSES = new GuessLimits(
            GuessLimits.DEFAULT.keptFailures(), Duration.ofMillis(1), GuessLimits.DEFAULT.keptFailures());

    private static final Rate ANY = new Rate(Rate.MOST_PER_SECOND, Rate.MOST_PER_SECOND);

    private final SecureRandom random = new SecureRandom();
    private final OpaqueClient opaque = new OpaqueClient(random);
    private final KeyServerGrpc.KeyServerBlockingStub stub;
    private final int pairs;

    private UnknownAccountTiming(KeyServerGrpc.KeyServerBlockingStub stub, int pairs) {
        this.stub = stub;
        this.pairs = pairs;
    }

    /** Prints the medians and the test, and ends with 1 if it tells them apart; the only argument, if any: how many pairs. */
    public static void main(String[] arguments) throws Exception {
        int pairs = arguments.length == 0 ? PAIRS : Integer.parseInt(arguments[0]);
        Path folder = Files.createTempDirectory("latchkey-unknown-account");
        boolean alike;
        try {
            ServerOptions options = options(folder.resolve("server"));
            try (KeyServer server = KeyServer.start(options)) {
                alike = run(server.port(), folder.resolve("server").resolve("ca.pem"), pairs);
            }
        } finally {
            Folders.delete(folder);
        }
        System.exit(alike ? 0 : 1);
    }

    private static boolean run(int port, Path authority, int pairs) throws Exception {
        register(port, authority);
        ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", port)
                .sslContext(GrpcSslContexts.forClient()
                        .trustManager(authority.toFile())
                        .build())
                .build();
        try {
            return new UnknownAccountTiming(KeyServerGrpc.newBlockingStub(channel), pairs).compare(System.out);
        } finally {
            channel.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
        }
    }

    private static String known(int number) {
        return "owner-" + number;
    }

    /** As long as those somebody has. */
    private static String unknown(int number) {
        return "nobod-" + number;
    }

    private static void register(int port, Path authority) throws KeyClientException, InvalidInputException {
        try (KeyClient client = KeyClient.builder(new ServerAddress("localhost", port))
                        .trust(authority)
                        .ksfFloor(KSF)
                        .build();
                Password password = Password.of("seven quiet otters at dusk".toCharArray())) {
            for (int i = 0; i < NAMES; i++) {
                client.register(AccountName.of(known(i)), password);
            }
        }
    }

    private boolean compare(PrintStream out) {
        long[] known = new long[pairs];
        long[] unknown = new long[pairs];
        for (int pair = -WARM_UP; pair < pairs; pair++) {
            int name = random.nextInt(NAMES);
            boolean knownFirst = random.nextBoolean();
            long first = time(knownFirst ? known(name) : unknown(name));
            long second = time(knownFirst ? unknown(name) : known(name));
            if (pair >= 0) {
                known[pair] = knownFirst ? first : second;
                unknown[pair] = knownFirst ? second : first;
            }
        }
        RankTest test = RankTest.of(known, unknown);
        boolean alike = Math.abs(test.z()) <= SUSPICIOUS;
        out.printf("%-26s %12s %12s %12s%n", "StartLogin of " + pairs + " pairs", "10 %, µs", "median, µs", "90 %, µs");
        print(out, "a name somebody has", known);
        print(out, "a name nobody has", unknown);
        out.printf(
                "rank test (Mann–Whitney): z = %.2f, p = %.3f%s%n",
                test.z(), test.p(), alike ? ", not told apart" : "  <- a difference");
        return alike;
    }

    private static void print(PrintStream out, String what, long[] times) {
        long[] sorted = times.clone();
        Arrays.sort(sorted);
        out.printf(
                "%-26s %12.0f %12.0f %12.0f%n",
                what,
                sorted[sorted.length / 10] / 1000.0,
                sorted[sorted.length / 2] / 1000.0,
                sorted[sorted.length - 1 - sorted.length / 10] / 1000.0);
    }

    private long time(String name) {
        StartLoginRequest request;
        try (SecretBytes guess = SecretBytes.random(16, random);
                ClientLogin login = opaque.startLogin(guess)) {
            request = StartLoginRequest.newBuilder()
                    .setAccountName(name)
                    .setKind(SessionKind.SESSION_KIND_REQUEST)
                    .setKe1(ByteString.copyFrom(login.ke1().toByteArray()))
                    .build();
        }
        long begun = System.nanoTime();
        stub.startLogin(request);
        return System.nanoTime() - begun;
    }

    /** A deployment as the command makes it, with limits of its own. */
    private static ServerOptions options(Path folder) throws IOException, InterruptedException {
        StartedServer.init(folder);
        return ServerOptions.builder()
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .storage(new SqliteFile(folder.resolve("latchkey.db")))
                .rootKey(folder.resolve("root.key"))
                .certificate(folder.resolve("server.pem"))
                .certificateKey(folder.resolve("server-key.pem"))
                .ksf(KSF)
                .guessLimits(GUESSES)
                .throughput(new ThroughputLimits(ANY, ANY, ANY))
                .build();
    }
}
