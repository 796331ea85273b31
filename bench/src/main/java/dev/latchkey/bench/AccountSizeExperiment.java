package dev.latchkey.bench;

import dev.latchkey.bench.load.Folders;
import dev.latchkey.client.AuditPage;
import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.NewSecret;
import dev.latchkey.client.RetrievalIntent;
import dev.latchkey.client.RetrievedSecret;
import dev.latchkey.client.SecretsPage;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.InvalidInputException;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.Origin;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.SecretType;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What an owner of 10,000 secrets waits for, beside an owner of 10: the first page of the list, one secret by its label, and
 * the newest page of the log, each in an open session on a device that remembers the account.
 *
 * <p>One server, one client, the two accounts in turn; medians.
 */
public final class AccountSizeExperiment {

    private static final int FEW = 10;
    private static final int MANY = KeySession.MAX_SECRETS;
    private static final int PAGE = 10;
    private static final int BATCH = 64;
    private static final int WARM_UP = 100;
    private static final int ROUNDS = 100;
    private static final double ALLOWED = 2.0;

    private final SecureRandom random = new SecureRandom();

    private AccountSizeExperiment() {}

    /** Prints the medians and their ratios; ends with 1 if a ratio is above two. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("latchkey-account-size");
        boolean within;
        try (DevServer server = DevServer.start(folder.resolve("server"));
                KeyClient client = KeyClient.builder(server.address())
                        .trust(server.authority())
                        .memory(folder.resolve("memory"))
                        .build()) {
            within = new AccountSizeExperiment().run(client, System.out);
        } finally {
            Folders.delete(folder);
        }
        System.exit(within ? 0 : 1);
    }

    private boolean run(KeyClient client, PrintStream out) throws KeyClientException, InvalidInputException {
        try (Password password = Password.of("seven quiet otters at dusk".toCharArray())) {
            fill(client, "few", FEW, password);
            fill(client, "many", MANY, password);
            try (KeySession few = client.logIn(AccountName.of("few"), password);
                    KeySession many = client.logIn(AccountName.of("many"), password)) {
                out.printf("%-34s %12s %12s %8s%n", "median of " + ROUNDS, FEW + ", µs", MANY + ", µs", "ratio");
                boolean within = compare(out, "list, first page of " + PAGE, few, many, AccountSizeExperiment::list);
                within &= compare(out, "get one by label", few, many, AccountSizeExperiment::get);
                within &= compare(out, "log, newest page of " + PAGE, few, many, AccountSizeExperiment::log);
                return within;
            }
        }
    }

    private void fill(KeyClient client, String name, int count, Password password)
            throws KeyClientException, InvalidInputException {
        AccountName account = AccountName.of(name);
        client.register(account, password);
        try (KeySession session = client.logIn(account, password);
                SecretBytes secret = SecretBytes.random(32, random)) {
            for (int from = 0; from < count; from += BATCH) {
                List<NewSecret> batch = new ArrayList<>();
                for (int i = from; i < Math.min(count, from + BATCH); i++) {
                    Label label = Label.of("secret " + i);
                    batch.add(
                            new NewSecret(label, secret, SecretType.SYMMETRIC_KEY, Origin.IMPORTED_KEY, Instant.now()));
                }
                session.store(batch);
            }
        }
    }

    private static void list(KeySession session) throws KeyClientException {
        SecretsPage page = session.list(0, PAGE);
        require(page.secrets().size() == PAGE);
    }

    private static void get(KeySession session) throws KeyClientException, InvalidInputException {
        try (RetrievedSecret secret = session.retrieve(Label.of("secret 7"), RetrievalIntent.LOCAL_USE)) {
            require(secret.secret().length() == 32);
        }
    }

    private static void log(KeySession session) throws KeyClientException {
        AuditPage page = session.audit(Long.MAX_VALUE, PAGE);
        require(page.records().size() == PAGE);
    }

    private static void require(boolean expected) {
        if (!expected) {
            throw new IllegalStateException("the server answered something else than was measured");
        }
    }

    private static boolean compare(PrintStream out, String what, KeySession few, KeySession many, Operation operation)
            throws KeyClientException, InvalidInputException {
        long[] ofFew = new long[ROUNDS];
        long[] ofMany = new long[ROUNDS];
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            long inFew = time(few, operation);
            long inMany = time(many, operation);
            if (round >= 0) {
                ofFew[round] = inFew;
                ofMany[round] = inMany;
            }
        }
        double ratio = median(ofMany) / median(ofFew);
        out.printf("%-34s %12.0f %12.0f %8.2f%n", what, median(ofFew) / 1000, median(ofMany) / 1000, ratio);
        return ratio <= ALLOWED;
    }

    private static long time(KeySession session, Operation operation) throws KeyClientException, InvalidInputException {
        long begun = System.nanoTime();
        operation.in(session);
        return System.nanoTime() - begun;
    }

    private static double median(long[] times) {
        long[] sorted = times.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    @FunctionalInterface
    private interface Operation {
        void in(KeySession session) throws KeyClientException, InvalidInputException;
    }
}
