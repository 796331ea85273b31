package dev.latchkey.bench;

import dev.latchkey.client.KeyClient;
import dev.latchkey.protocol.Password;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * The accounts of a deployment: some of them, evenly among the others, registered and filled by a client over TLS; the rest
 * loaded.
 *
 * @param accounts how many there are
 * @param seconds loading them took
 * @param bytes their database took afterwards
 * @param sizes of tables and indexes, in bytes an account
 */
record Population(int accounts, double seconds, long bytes, String sizes) {

    private static final int PARTS = 10;
    private static final int OWNERS_OF_PART = 20;

    static final int LEAST = 2 * PARTS * OWNERS_OF_PART;

    /** The numbers of those that a client made. */
    static List<Integer> owners(int accounts) {
        List<Integer> owners = new ArrayList<>();
        for (int part = 1; part <= PARTS; part++) {
            for (int i = 1; i <= OWNERS_OF_PART; i++) {
                owners.add(end(accounts, part) - i);
            }
        }
        return owners;
    }

    /** Loads them, or finds that they were loaded before. */
    static Population of(int accounts, Deployments deployments, Bench bench, Password password) throws Exception {
        Deployment deployment = deployments.of(accounts);
        Path note = deployment.folder().resolve("loaded.properties");
        if (Files.exists(note)) {
            bench.say(accounts + " accounts are there already: " + deployment.folder());
            return read(note);
        }
        double seconds;
        try (ProgressBar bar = new ProgressBar("accounts", accounts, bench.progress())) {
            for (int part = 1; part <= PARTS; part++) {
                int owners = end(accounts, part) - OWNERS_OF_PART;
                deployments.load(deployment, end(accounts, part - 1), owners, bar);
                register(deployment, owners, end(accounts, part), password, bar);
            }
            seconds = bar.seconds();
        }
        long bytes = deployments.bytes(deployment);
        Population population = new Population(accounts, seconds, bytes, deployments.sizes(deployment, accounts));
        population.write(note);
        return population;
    }

    double bytesPerAccount() {
        return (double) bytes / accounts;
    }

    /** Of the numbers in one part: the first that is in the next one. */
    private static int end(int accounts, int part) {
        return (int) ((long) accounts * part / PARTS);
    }

    private static void register(Deployment deployment, int from, int to, Password password, ProgressBar bar)
            throws Exception {
        try (RunningServer server =
                        RunningServer.start(deployment, deployment.folder().resolve("server.log"));
                KeyClient client = server.client()) {
            for (int number = from; number < to; number++) {
                OwnedSecrets.register(client, number, password);
                bar.add(1);
            }
        }
    }

    private static Population read(Path note) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(note)) {
            properties.load(reader);
        }
        return new Population(
                Integer.parseInt(properties.getProperty("accounts")),
                Double.parseDouble(properties.getProperty("seconds")),
                Long.parseLong(properties.getProperty("bytes")),
                properties.getProperty("sizes"));
    }

    private void write(Path note) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("accounts", Integer.toString(accounts));
        properties.setProperty("seconds", Double.toString(seconds));
        properties.setProperty("bytes", Long.toString(bytes));
        properties.setProperty("sizes", sizes);
        try (Writer writer = Files.newBufferedWriter(note)) {
            properties.store(writer, null);
        }
    }
}
