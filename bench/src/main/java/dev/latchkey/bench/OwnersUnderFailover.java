package dev.latchkey.bench;

import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.ServerAddress;
import dev.latchkey.protocol.Password;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Owners who go on while servers and their database die, and then look whether what was acknowledged is there: the load of
 * {@code ha/run}, which starts it and says what its lines mean.
 *
 * <p>Every owner has a client and so a connection of its own, and all remember on one device what they have seen of their
 * accounts' logs: a log that has lost an entry is noticed at the next login at the latest.
 */
public final class OwnersUnderFailover {

    private static final int OWNERS = 4;
    private static final long END_SECONDS = 20;

    private final ServerAddress address;
    private final Path authority;
    private final Path memory;

    private OwnersUnderFailover(ServerAddress address, Path authority, Path memory) {
        this.address = address;
        this.authority = authority;
        this.memory = memory;
    }

    /** Takes {@code write} or {@code verify}, the server's address, its authority's file and a folder to remember in. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 4) {
            throw new IllegalArgumentException("write|verify ADDRESS AUTHORITY MEMORY");
        }
        OwnersUnderFailover owners = new OwnersUnderFailover(
                ServerAddress.parse(arguments[1]), Path.of(arguments[2]), Path.of(arguments[3]));
        try (Password password = Password.of("seven quiet otters at dusk".toCharArray())) {
            switch (arguments[0]) {
                case "write" -> owners.write(password);
                case "verify" -> System.exit(owners.verify(password) ? 0 : 1);
                default -> throw new IllegalArgumentException("write or verify");
            }
        }
    }

    /** Goes on until the process is told to end, and then brings to an end what is under way. */
    private void write(Password password) throws KeyClientException, InterruptedException {
        LoadJournal journal = new LoadJournal(System.out, Clock.systemUTC());
        AtomicBoolean ending = new AtomicBoolean();
        List<KeyClient> clients = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 1; i <= OWNERS; i++) {
            KeyClient client = client();
            clients.add(client);
            String name = "owner-" + i;
            threads.add(new Thread(new LoadingOwner(name, client, password, journal, ending::get), name));
        }
        // A load with an owner less would look like one that found nothing.
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            failure.printStackTrace();
            Runtime.getRuntime().halt(1);
        });
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(ending, threads), "end"));
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        clients.forEach(KeyClient::close);
    }

    private static void end(AtomicBoolean ending, List<Thread> threads) {
        ending.set(true);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
        try {
            for (Thread thread : threads) {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean verify(Password password) throws IOException, KeyClientException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        LoadJournal.Read journal = LoadJournal.Read.from(lines);
        try (KeyClient client = client()) {
            LoadVerification verification = new LoadVerification(client, password, System.out);
            journal.lost().forEach(verification::missed);
            journal.accounts().forEach(verification::compare);
            System.err.println(verification.summary());
            return verification.isComplete();
        }
    }

    private KeyClient client() throws KeyClientException {
        return KeyClient.builder(address).trust(authority).memory(memory).build();
    }
}
