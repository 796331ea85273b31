package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.latchkey.e2e.StopPoints.Place;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.store.GuessLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Rounds of guesses at one name each, from many clients of every node, in which a node is killed and started again. Half of
 * the names have an owner, who in some rounds logs in meanwhile.
 */
final class GuessingRun implements AutoCloseable {
    private static final int CAPACITY = GuessLimits.DEFAULT.capacity();
    private static final long INTERVAL_MILLIS = 2000;
    private static final long CLOCKS_DIFFER_MILLIS = 5;
    private static final int CLIENTS_OF_A_NODE = 4;
    private static final String PASSWORD = "seven quiet otters at dusk";

    private static final String RPC = "dev.latchkey.server.rpc.";

    /** A unit is taken, durably, and its KE2 not made; its KE2 made and not sent. */
    private static final List<Place> BEFORE_KE2_LEAVES =
            List.of(new Place(RPC + "HandshakeStarter", "start"), new Place(RPC + "Wire", "ksf"));

    /** A unit is given back, durably, and nobody told. */
    private static final Place BEFORE_SESSION_OPENED_LEAVES = new Place(RPC + "SessionOpener$Opened", "keys");

    private final TestStore store;
    private final Settings settings;
    private final Random random;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<Node, List<RawClient>> clients = new LinkedHashMap<>();
    private final TestDeployment deployment;
    private int names;
    private int heldKills;
    private int lostInKills;
    private int sentAgain;
    private int goodLogins;
    private int most;
    private String ofMost = "";

    /**
     * How much of it.
     *
     * @param guesses at once, in every round
     */
    record Settings(long seed, int rounds, int guesses) {}

    /** Starts the nodes. The store stays the caller's. */
    GuessingRun(TestStore store, TestDeployment deployment, Path folder, Settings settings) throws Exception {
        this.store = store;
        this.deployment = deployment;
        this.settings = settings;
        this.random = new Random(settings.seed());
        for (int i = 0; i < store.nodes(); i++) {
            String name = "node-" + i;
            List<String> options =
                    List.of(StopPoints.OPTION, "-D" + KeyServerMain.GUESS_INTERVAL + "=" + INTERVAL_MILLIS);
            Node node = new Node(name, folder.resolve(name), deployment, store, options);
            nodes.add(node);
            start(node);
        }
    }

    /** All rounds; an {@link AssertionError} names the one in which the ledger did not hold. */
    void run() throws Exception {
        for (int round = 1; round <= settings.rounds(); round++) {
            try {
                round(round);
            } catch (AssertionError e) {
                throw new AssertionError("round " + round + " of seed " + settings.seed() + ": " + e.getMessage(), e);
            }
        }
    }

    /** What became of it. */
    String line() {
        return "seed=" + settings.seed() + ", rounds=" + settings.rounds() + ", guesses="
                + settings.rounds() * settings.guesses() + " (" + sentAgain + " of them twice), most KE2s=" + ofMost
                + ", kills=" + settings.rounds() + " (" + heldKills
                + " between commit and answer), answers lost in them="
                + lostInKills + ", good logins among the guesses=" + goodLogins;
    }

    private void round(int number) throws Exception {
        boolean owned = number % 2 == 1;
        String name = "name-" + names++;
        if (owned) {
            register(name, clientOf(anyNode()));
        }
        Node target = anyNode();
        GuessStorm storm = new GuessStorm(name);
        Optional<GoodLogin> owner = Optional.empty();
        if (owned && (number == 1 || random.nextInt(3) > 0)) {
            owner = Optional.of(new GoodLogin(clientOf(anyNode()).startLogin(name, PASSWORD)));
            storm.note(owner.get().session());
            goodLogins++;
        }
        if (number % 4 < 2) {
            killBeforeAnAnswerLeaves(target, storm, owner);
        } else {
            storm.send(settings.guesses(), everyClient());
            storm.await(random.nextInt(settings.guesses()));
            owner.ifPresent(login -> login.send(oneOfEachNode()));
            target.live(Duration.ofNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(20))));
            target.kill();
        }
        storm.awaitAll();
        start(target);
        int again = storm.unanswered() + storm.notTakenOn();
        sentAgain += again;
        storm.send(again, everyClient());
        storm.awaitAll();
        if (owner.isPresent()) {
            owner.get().awaitAll();
            owner.get().send(oneOfEachNode());
            owner.get().awaitAll();
        }
        check(storm, owner, storm.drain(oneOfEachNode()));
    }

    /** Holds the node still exactly there, or kills it at the end if it never comes there. */
    private void killBeforeAnAnswerLeaves(Node target, GuessStorm storm, Optional<GoodLogin> owner) throws Exception {
        boolean atSession = owner.isPresent() && random.nextBoolean();
        Place place = atSession
                ? BEFORE_SESSION_OPENED_LEAVES
                : BEFORE_KE2_LEAVES.get(random.nextInt(BEFORE_KE2_LEAVES.size()));
        int arrival = atSession ? 1 : 1 + random.nextInt(4);
        try (StopPoints stops = target.stopPoints()) {
            stops.arm(List.of(place));
            storm.send(settings.guesses(), everyClient());
            owner.ifPresent(login -> login.send(oneOfEachNode()));
            if (stops.hold(arrival, storm::isOver).isPresent()) {
                heldKills++;
            }
            target.kill();
        }
    }

    private void check(GuessStorm storm, Optional<GoodLogin> owner, long refusedAt) throws Exception {
        Set<ByteString> ke2s = new HashSet<>(storm.ke2s());
        Set<ByteString> guesses = new HashSet<>(ke2s);
        owner.ifPresent(login -> guesses.remove(login.session()));
        LedgerSeenFromOutside ledger =
                LedgerSeenFromOutside.of(store, guesses.iterator().next());
        boolean givenBack =
                owner.isPresent() && !ledger.attempts().contains(owner.get().session());

        assertThat(ledger.attempts())
                .as("every KE2 stands in the ledger: a unit was taken, durably, before it left")
                .containsAll(guesses);
        long returned = storm.nanos() / TimeUnit.MILLISECONDS.toNanos(INTERVAL_MILLIS);
        assertThat((long) ke2s.size())
                .as("KE2s anybody got, of %d + %d returned + %s given back", CAPACITY, returned, givenBack)
                .isLessThanOrEqualTo(CAPACITY + returned + (givenBack ? 1 : 0));
        assertThat(ledger.firstBeyond(
                        CAPACITY, INTERVAL_MILLIS, givenBack ? OptionalLong.of(storm.begunAt()) : OptionalLong.empty()))
                .as("a unit that was taken when none was left")
                .isEmpty();
        assertThat(ledger.fullAt(INTERVAL_MILLIS))
                .as("every unit there was has been taken when the budget is said to be spent")
                .isGreaterThan(refusedAt + (CAPACITY - 1) * INTERVAL_MILLIS - CLOCKS_DIFFER_MILLIS);
        Set<ByteString> lost = new HashSet<>(ledger.attempts());
        lost.removeAll(ke2s);
        assertThat(lost.size()).as("units taken without a KE2").isLessThanOrEqualTo(storm.unanswered());
        owner.ifPresent(login -> check(login, givenBack));
        count(ke2s.size(), lost.size(), storm.nanos(), givenBack);
    }

    /** The unit comes back with the session, once, also where nobody was told; a restart of the embedded store ends handshakes. */
    private void check(GoodLogin login, boolean givenBack) {
        assertThat(login.opened()).as("sessions of one KE3").isLessThanOrEqualTo(1);
        if (login.opened() == 1 || store.nodes() > 1) {
            assertThat(givenBack).as("the unit of the good login is back").isTrue();
        }
    }

    private void count(int ke2s, int lost, long nanos, boolean givenBack) {
        lostInKills += lost;
        if (ke2s > most) {
            most = ke2s;
            ofMost = String.format(
                    Locale.ROOT,
                    "%d (there: budget %d + %.1f s × %.1f/s%s)",
                    ke2s,
                    CAPACITY,
                    nanos / 1e9,
                    1000.0 / INTERVAL_MILLIS,
                    givenBack ? " + 1 given back" : "");
        }
    }

    private Node anyNode() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    private List<RawClient> everyClient() {
        List<RawClient> every = new ArrayList<>();
        for (int i = 0; i < CLIENTS_OF_A_NODE; i++) {
            for (Node node : nodes) {
                every.add(clients.get(node).get(i));
            }
        }
        return every;
    }

    private List<RawClient> oneOfEachNode() {
        return nodes.stream().map(this::clientOf).toList();
    }

    private RawClient clientOf(Node node) {
        return clients.get(node).get(0);
    }

    /** Starts it, with new connections, and lets it do everything once, so that it has loaded what it may be held at. */
    private void start(Node node) throws Exception {
        node.start();
        clients.getOrDefault(node, List.of()).forEach(RawClient::close);
        List<RawClient> connected = new ArrayList<>();
        for (int i = 0; i < CLIENTS_OF_A_NODE; i++) {
            connected.add(new RawClient(node.port(), deployment.ca()));
        }
        clients.put(node, connected);
        String name = "first-" + names++;
        register(name, connected.get(0));
        connected.get(0).logIn(name, PASSWORD);
    }

    private static void register(String name, RawClient client) throws Exception {
        client.startRegistration(name, UserId.random(client.random()), PASSWORD).complete();
    }

    @Override
    public void close() {
        clients.values().forEach(some -> some.forEach(RawClient::close));
        nodes.forEach(Node::close);
    }
}
