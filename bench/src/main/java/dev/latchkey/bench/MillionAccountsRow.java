package dev.latchkey.bench;

import dev.latchkey.bench.load.Folders;
import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeySession;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.wire.KeyServerGrpc;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * A million accounts of three secrets each beside a thousand: whether logging in, retrieving and starting take longer, and how
 * much of the disk an account takes.
 */
final class MillionAccountsRow implements Row {

    private static final int MANY = 1_000_000;
    private static final int FEW = 1_000;
    private static final double TIMES = 1.25;
    private static final double START_SECONDS = 3;
    private static final double BYTES = 4096;
    private static final int STARTS = 3;
    private static final int WARM_UP = 40;
    private static final int ROUNDS = 400;

    private static final String LOGIN = "log in, ";
    private static final String RETRIEVE = "retrieve, ";

    private final String database;
    private final Opening opening;
    private final Random random = new Random(1);

    /** Makes deployments in a folder. */
    @FunctionalInterface
    private interface Opening {
        Deployments in(Path project, Path folder) throws Exception;
    }

    private MillionAccountsRow(String database, Opening opening) {
        this.database = database;
        this.opening = opening;
    }

    static MillionAccountsRow sqlite() {
        return new MillionAccountsRow("SQLite", (project, folder) -> new SqliteDeployments(folder));
    }

    static MillionAccountsRow postgresql() {
        return new MillionAccountsRow("PostgreSQL", PostgresDeployments::start);
    }

    @Override
    public String name() {
        return "million-accounts-" + database.toLowerCase(Locale.ROOT);
    }

    @Override
    public String about() {
        return "1,000,000 accounts of 3 secrets beside 1,000, on " + database;
    }

    @Override
    public boolean onlyByName() {
        return true;
    }

    @Override
    public Finding measure(Bench bench) throws Exception {
        String kept = System.getenv("LATCHKEY_BENCH_KEEP");
        Path target = Files.createDirectories(bench.project().resolve("bench").resolve("target"));
        // Not in the system's folder for temporary files: it may be small, and the database's own user must get there.
        Path folder = kept == null
                ? Files.createDirectories(target.resolve(name()))
                : Files.createDirectories(Path.of(kept).toAbsolutePath());
        try (Deployments deployments = opening.in(bench.project(), folder);
                Password password = Password.of("seven quiet otters at dusk".toCharArray())) {
            return measure(deployments, accounts(), bench, password);
        } finally {
            if (kept == null) {
                Folders.delete(folder);
            }
        }
    }

    private Finding measure(Deployments deployments, int many, Bench bench, Password password) throws Exception {
        Population few = Population.of(FEW, deployments, bench, password);
        Population loaded = Population.of(many, deployments, bench, password);
        bench.say("an account takes: " + loaded.sizes());
        double start = startSeconds(deployments.of(many), bench);
        try (Side fewer = new Side(deployments.of(FEW), FEW, password);
                Side more = new Side(deployments.of(many), many, password)) {
            Contest contest = new Contest()
                    .add(LOGIN + FEW, fewer::logIn)
                    .add(LOGIN + many, more::logIn)
                    .add(RETRIEVE + FEW, fewer::retrieve)
                    .add(RETRIEVE + many, more::retrieve)
                    .run(WARM_UP, ROUNDS, bench);
            Finding finding = new Finding()
                    .atLeast("accounts", many, MANY)
                    .atMost("login, times that at 1,000", times(contest, LOGIN, many), TIMES)
                    .atMost("retrieve, times that at 1,000", times(contest, RETRIEVE, many), TIMES)
                    .atMost("start, s", start, START_SECONDS)
                    .atMost("bytes an account", loaded.bytesPerAccount(), BYTES)
                    .beside("bytes an account at 1,000", few.bytesPerAccount())
                    .beside("loading, s", loaded.seconds())
                    .beside("accounts loaded a second", many / loaded.seconds())
                    .beside("bytes an account in", loaded.sizes());
            for (int accounts : new int[] {FEW, many}) {
                finding.beside("login at " + accounts + ", µs", contest.median(LOGIN + accounts));
                finding.beside("retrieve at " + accounts + ", µs", contest.median(RETRIEVE + accounts));
            }
            return finding;
        }
    }

    private static double times(Contest contest, String what, int many) {
        return contest.median(what + many) / contest.median(what + FEW);
    }

    /** The longest of a few, with nothing in the memory of a process. */
    private static double startSeconds(Deployment deployment, Bench bench) throws IOException {
        double longest = 0;
        for (int i = 0; i < STARTS; i++) {
            try (RunningServer server = RunningServer.start(deployment, log(deployment))) {
                longest = Math.max(longest, server.startSeconds());
            }
        }
        bench.say(String.format("a server listens after %.2f s at most", longest));
        return longest;
    }

    private static Path log(Deployment deployment) {
        return deployment.folder().resolve("server.log");
    }

    /** A running server and the owners who come to it, in random order over connections that stay. */
    private final class Side implements AutoCloseable {
        private final Password password;
        private final List<Integer> owners;
        private final RunningServer server;
        private final KeyClient client;
        private final ManagedChannel channel;
        private final TimedLogin login;

        Side(Deployment deployment, int accounts, Password password) throws Exception {
            this.password = password;
            this.owners = Population.owners(accounts);
            this.server = RunningServer.start(deployment, log(deployment));
            this.client = server.client();
            this.channel = server.channel();
            this.login = new TimedLogin(KeyServerGrpc.newBlockingStub(channel));
        }

        double logIn() throws Exception {
            return login.micros(anyOwner(), password);
        }

        double retrieve() throws Exception {
            OwnedSecrets.Kind kind = OwnedSecrets.KINDS.get(random.nextInt(OwnedSecrets.KINDS.size()));
            try (KeySession session = client.logIn(anyOwner(), password)) {
                return OwnedSecrets.retrieve(session, kind);
            }
        }

        private AccountName anyOwner() throws Exception {
            return AccountName.of(OwnedSecrets.accountName(owners.get(random.nextInt(owners.size()))));
        }

        @Override
        public void close() {
            channel.shutdownNow();
            client.close();
            server.close();
        }
    }

    /** A million, unless the environment asks for fewer, for trying. */
    private static int accounts() {
        String asked = System.getenv("LATCHKEY_BENCH_ACCOUNTS");
        int accounts = asked == null ? MANY : Integer.parseInt(asked);
        if (accounts < Population.LEAST || accounts == FEW) {
            throw new IllegalArgumentException(
                    "LATCHKEY_BENCH_ACCOUNTS is at least " + Population.LEAST + ", and not " + FEW);
        }
        return accounts;
    }
}
