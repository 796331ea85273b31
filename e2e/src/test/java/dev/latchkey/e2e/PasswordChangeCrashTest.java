package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.NoPauses;
import dev.latchkey.client.RetrievalIntent;
import dev.latchkey.client.RetrievedSecret;
import dev.latchkey.client.ServerAddress;
import dev.latchkey.e2e.StopPoints.Place;
import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.SecretType;
import dev.latchkey.server.peer.FreePort;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the server or the device (SIGKILL) at every step of a change of password, one step after the other, each time with
 * another owner: exactly one of the two passwords works afterwards, and it opens everything.
 *
 * <p>The steps are the places below, each time one is entered, from the first message of the login on. Of those before the
 * last request, which change nothing, every {@code latchkey.passwd.stride}th is taken (1: all); of the others all.
 */
final class PasswordChangeCrashTest {
    private static final int STRIDE = Integer.getInteger("latchkey.passwd.stride", 8);
    private static final KsfParameters KSF = new KsfParameters(19456, 2, 1);
    private static final int NEVER = Integer.MAX_VALUE;
    private static final long DEADLINE_SECONDS = 60;
    private static final String PHRASE = "seven quiet otters, ";
    private static final String SECRET = "what both passwords open";

    private static final String RPC = "dev.latchkey.server.rpc.";
    private static final String JDBC = "dev.latchkey.server.store.jdbc.";
    private static final Place LAST_REQUEST = new Place(RPC + "PasswordChangeHandler", "complete");
    private static final List<Place> PLACES = List.of(
            new Place(RPC + "PasswordChangeHandler", "start"),
            new Place(RPC + "PasswordChangeHandler", "submit"),
            LAST_REQUEST,
            new Place(RPC + "PasswordChangeHandler", "consume"),
            new Place(RPC + "PasswordChangeHandler", "keep"),
            new Place(RPC + "PasswordChangeHandler", "isProven"),
            new Place(RPC + "PasswordChangeHandler", "swap"),
            new Place(JDBC + "AccountsTable", "changeCredentials"),
            new Place(JDBC + "AuditTable", "append"),
            new Place(JDBC + "SessionsTable", "closeAllOf"),
            new Place(JDBC + "SqliteWriter", "begin"),
            new Place(JDBC + "SqliteWriter", "commit"),
            new Place(JDBC + "WriterQueue", "stepDown"),
            new Place(JDBC + "SqliteWriter", "truncateLog"),
            new Place("dev.latchkey.protocol.ChannelKeys", "seal"));

    private static final String CLIENT = "dev.latchkey.client.";
    private static final Place LAST_REQUEST_OF_DEVICE = new Place(CLIENT + "PasswordChangeFlow", "complete");
    private static final List<Place> DEVICE_PLACES = List.of(
            new Place(CLIENT + "PasswordChangeFlow", "change"),
            new Place(CLIENT + "PasswordChangeFlow", "start"),
            new Place(CLIENT + "PasswordChangeFlow", "submit"),
            new Place(CLIENT + "PasswordChangeFlow", "sealedAgain"),
            LAST_REQUEST_OF_DEVICE,
            new Place(CLIENT + "PasswordChangeFlow", "changed"),
            new Place(CLIENT + "SealedChannel", "seal"),
            new Place(CLIENT + "SealedChannel", "open"),
            new Place(CLIENT + "SessionMemory", "remember"),
            new Place(CLIENT + "OwnersFile", "replace"));

    private final ExecutorService owner = Executors.newSingleThreadExecutor();

    @TempDir
    private Path folder;

    private TestDeployment deployment;
    private JavaProcess server;
    private String debugger;
    private ServerAddress address;
    private List<Place> places;
    private boolean acknowledged;

    @BeforeEach
    void startServer() throws Exception {
        if (deployment == null) {
            deployment = TestDeployment.init(folder.resolve("server"));
        }
        server = JavaProcess.startFast(
                KeyServerMain.class,
                Files.createDirectories(folder.resolve("process")),
                List.of(StopPoints.OPTION),
                List.of(
                        deployment.folder().toString(),
                        Integer.toString(KSF.memoryKib()),
                        Integer.toString(KSF.iterations()),
                        Integer.toString(KSF.parallelism()),
                        Integer.toString(address == null ? FreePort.find() : address.port())));
        debugger = server.await(StopPoints.LISTENING);
        address = new ServerAddress("localhost", Integer.parseInt(server.await(KeyServerMain.LISTENING)));
    }

    @AfterEach
    void stop() {
        owner.shutdownNow();
        server.close();
    }

    @Test
    @SuppressWarnings("SystemOut")
    void passwd_serverKilledAtEveryStep_leavesExactlyOnePasswordThatOpensEverything() throws Exception {
        assertThat(changeAndKillAt(undisturbed(), NEVER)).isEmpty();
        int steps = places.size();
        int kills = 0;
        int changed = 0;
        for (int step : stepsWithLast(LAST_REQUEST)) {
            AccountName account = AccountName.of("owner-" + step);
            register(account);
            Optional<Place> killedAt = changeAndKillAt(account, step);
            boolean isChanged = checkExactlyOneWorks(account, killedAt);
            assertThat(!acknowledged || isChanged)
                    .as("what was acknowledged is so")
                    .isTrue();
            kills += killedAt.isPresent() ? 1 : 0;
            changed += isChanged ? 1 : 0;
        }
        System.out.println("passwd: steps=" + steps + ", kills=" + kills + ", new password works=" + changed
                + ", old password works=" + (kills - changed));
        assertThat(changed).as("changes that had committed").isBetween(1, kills - 1);
    }

    /** The same with the device in the server's place: it is killed at each of its steps. */
    @Test
    @SuppressWarnings("SystemOut")
    void passwd_deviceKilledAtEveryStep_leavesExactlyOnePasswordThatOpensEverything() throws Exception {
        assertThat(changeOnADeviceAndKillItAt(undisturbed(), NEVER)).isEmpty();
        int steps = places.size();
        int kills = 0;
        int changed = 0;
        for (int step : stepsWithLast(LAST_REQUEST_OF_DEVICE)) {
            AccountName account = AccountName.of("device-" + step);
            register(account);
            Optional<Place> killedAt = changeOnADeviceAndKillItAt(account, step);
            boolean isChanged = checkExactlyOneWorks(account, killedAt);
            assertThat(killedAt.isPresent() || isChanged)
                    .as("a change that nobody disturbed")
                    .isTrue();
            kills += killedAt.isPresent() ? 1 : 0;
            changed += killedAt.isPresent() && isChanged ? 1 : 0;
        }
        System.out.println("passwd: steps of the device=" + steps + ", kills=" + kills + ", new password works="
                + changed + ", old password works=" + (kills - changed));
        assertThat(changed).as("changes that had committed").isBetween(1, kills - 1);
    }

    /** Which of the places that an undisturbed change passed are tried, from 1 on. */
    private List<Integer> stepsWithLast(Place lastRequest) {
        int last = places.indexOf(lastRequest) + 1;
        assertThat(last).as("the last request among %s", places).isPositive();
        List<Integer> steps = new ArrayList<>();
        for (int step = 1; step <= places.size(); step += step < last ? Math.min(STRIDE, last - step) : 1) {
            steps.add(step);
        }
        return steps;
    }

    private Optional<Place> changeOnADeviceAndKillItAt(AccountName account, int step) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                address.toString(),
                deployment.ca().toString(),
                folder.resolve("memory").toString(),
                account.value(),
                PHRASE + "old",
                PHRASE + "new"));
        DEVICE_PLACES.stream().map(Place::className).distinct().forEach(arguments::add);
        try (JavaProcess device = JavaProcess.startFast(
                PasswordChangeMain.class,
                Files.createDirectories(folder.resolve("device")),
                List.of(StopPoints.OPTION),
                arguments)) {
            String port = device.await(StopPoints.LISTENING);
            device.await(PasswordChangeMain.READY);
            try (StopPoints stops = StopPoints.attach(port)) {
                stops.arm(DEVICE_PLACES);
                device.say(new byte[] {'\n'});
                Optional<Place> held = stops.hold(step, device::hasEnded);
                places = stops.passed();
                device.kill();
                return held;
            }
        }
    }

    private AccountName undisturbed() throws Exception {
        AccountName account = AccountName.of("undisturbed");
        register(account);
        return account;
    }

    /** Empty if the change was over before that step. */
    private Optional<Place> changeAndKillAt(AccountName account, int step) throws Exception {
        Optional<Place> held;
        try (StopPoints stops = StopPoints.attach(debugger);
                KeyClient client = client();
                Password old = password("old");
                Password next = password("new")) {
            stops.arm(PLACES);
            CompletableFuture<Optional<Reason>> change =
                    CompletableFuture.supplyAsync(() -> change(client, account, old, next), owner);
            held = stops.hold(step, change::isDone);
            places = stops.passed();
            if (held.isPresent()) {
                server.kill();
            } else {
                stops.disarm();
            }
            acknowledged = change.get(DEADLINE_SECONDS, TimeUnit.SECONDS).isEmpty();
        }
        // Also where it was not killed: once a debugger has left, it listens for the next one somewhere else.
        server.kill();
        startServer();
        return held;
    }

    /** Why it failed, if it did. */
    private static Optional<Reason> change(KeyClient client, AccountName account, Password old, Password next) {
        try {
            client.changePassword(account, old, next);
            return Optional.empty();
        } catch (KeyClientException e) {
            return Optional.of(e.reason());
        }
    }

    private boolean checkExactlyOneWorks(AccountName account, Optional<Place> killedAt) throws Exception {
        boolean old = opensEverything(account, "old");
        boolean changed = opensEverything(account, "new");
        assertThat(old ^ changed)
                .as("exactly one password works after a kill at %s; old: %s, new: %s", killedAt, old, changed)
                .isTrue();
        return changed;
    }

    private void register(AccountName account) throws Exception {
        try (KeyClient client = client();
                Password password = password("old");
                SecretBytes secret = SecretBytes.takeOwnership(SECRET.getBytes(StandardCharsets.US_ASCII))) {
            client.register(account, password);
            try (KeySession session = client.logIn(account, password)) {
                session.store(Label.of("secret"), secret, SecretType.OPAQUE_BYTES);
            }
        }
    }

    private boolean opensEverything(AccountName account, String which) throws Exception {
        try (KeyClient client = client();
                Password password = password(which);
                KeySession session = client.logIn(account, password);
                RetrievedSecret back = session.retrieve(Label.of("secret"), RetrievalIntent.LOCAL_USE)) {
            assertThat(back.secret().copyBytes())
                    .asString(StandardCharsets.US_ASCII)
                    .isEqualTo(SECRET);
            assertThat(session.listAll()).hasSize(1);
            return true;
        } catch (KeyClientException e) {
            assertThat(e.reason()).isEqualTo(Reason.WRONG_PASSWORD);
            return false;
        }
    }

    /** A device that remembers: a log that a crash had shortened would be noticed. */
    private KeyClient client() throws KeyClientException {
        // The server is started again only after the client has given up: waiting for it would be in vain.
        return NoPauses.in(KeyClient.builder(address)
                        .trust(deployment.ca())
                        .ksfFloor(KSF)
                        .memory(folder.resolve("memory")))
                .build();
    }

    private static Password password(String which) throws Exception {
        return Password.of((PHRASE + which).toCharArray());
    }
}
