package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.RetrievalIntent;
import dev.latchkey.client.RetrievedSecret;
import dev.latchkey.client.ServerAddress;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.SecretType;
import dev.latchkey.server.KeyServer;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The main job from end to end, with the real server, client and database: register, store, lose everything but the
 * password, come back on another device, and get the secret.
 */
final class Demo {

    // Public for ever: these stand for what a person would choose and keep.
    static final String ACCOUNT = "mara";
    static final String RIGHT_WORDS = "seven quiet otters at dusk";
    static final String WRONG_WORDS = "seven quiet otters at dawn";
    static final String LABEL = "alarm code of the cabin";
    static final String CONTENT = "4-8-15-16-23-42, then #";

    /** Stands readable in the database's own description of its tables. */
    private static final String READABLE = "CREATE TABLE accounts";

    private final ServerFolder folder;
    private final StretchingNotice notice;
    private final DemoAudience audience;
    private final DatabaseView database;
    private final DemoStory story;
    private final Map<String, Long> millis = new LinkedHashMap<>();
    private final Map<String, Integer> found = new LinkedHashMap<>();

    /**
     * @param folder empty, for the server's files
     * @param notice told when a password is stretched
     * @param audience shown each step
     */
    Demo(ServerFolder folder, StretchingNotice notice, DemoAudience audience) {
        this.folder = folder;
        this.notice = notice;
        this.audience = audience;
        this.database = new DatabaseView(folder.database());
        this.story = new DemoStory(database);
    }

    /** Runs all steps; fails if one of them does not show what it should. */
    void run() throws CommandFailure, IOException {
        new ServerSetup(folder, new SecureRandom(), Clock.systemUTC()).makeKeys();
        try (KeyServer server = startServer("server started")) {
            audience.see(story.serverStarted());
            onHerDevice(server);
        } catch (KeyClientException e) {
            throw ClientFailures.explain(e);
        }
        audience.see(story.closed());
        try (KeyServer server = startServer("server started again")) {
            onAnotherDevice(server);
            withAWrongPassword(server);
        } catch (KeyClientException e) {
            throw ClientFailures.explain(e);
        }
        lookIntoTheFiles();
    }

    /** How long each part took, in milliseconds, in order. */
    Map<String, Long> millis() {
        return millis;
    }

    /** How often each of the searched texts stands in the database's files. */
    Map<String, Integer> found() {
        return found;
    }

    private KeyServer startServer(String part) throws CommandFailure {
        long start = System.nanoTime();
        KeyServer server = ServerRunner.start(folder.config(new ListenAddress("localhost", 0)));
        took(part, start);
        return server;
    }

    private void onHerDevice(KeyServer server) throws KeyClientException, CommandFailure, IOException {
        try (KeyClient client = client(server);
                Password password = Inputs.password(RIGHT_WORDS.toCharArray());
                SecretBytes secret = SecretBytes.takeOwnership(CONTENT.getBytes(UTF_8))) {
            long start = System.nanoTime();
            client.register(Inputs.accountName(ACCOUNT), password);
            took("account registered", start);
            audience.see(story.registered());

            start = System.nanoTime();
            try (KeySession session = client.logIn(Inputs.accountName(ACCOUNT), password)) {
                took("logged in", start);
                start = System.nanoTime();
                session.store(Inputs.label(LABEL), secret, SecretType.OPAQUE_BYTES);
                took("secret stored", start);
            }
            audience.see(story.stored());
        }
    }

    private void onAnotherDevice(KeyServer server) throws KeyClientException, CommandFailure, IOException {
        long start = System.nanoTime();
        try (KeyClient client = client(server);
                Password password = Inputs.password(RIGHT_WORDS.toCharArray());
                KeySession session = client.logIn(Inputs.accountName(ACCOUNT), password)) {
            took("logged in on another device", start);
            start = System.nanoTime();
            try (RetrievedSecret retrieved = session.retrieve(Inputs.label(LABEL), RetrievalIntent.LOCAL_USE)) {
                took("secret retrieved", start);
                if (!retrieved.secret().constantTimeEquals(CONTENT.getBytes(UTF_8))) {
                    throw notAsItShouldBe("The secret that came back is not the one that was stored.");
                }
                audience.see(story.cameBack(new String(retrieved.secret().exposed(), UTF_8)));
            }
        }
    }

    private void withAWrongPassword(KeyServer server) throws KeyClientException, CommandFailure, IOException {
        long start = System.nanoTime();
        try (KeyClient client = client(server);
                Password wrong = Inputs.password(WRONG_WORDS.toCharArray())) {
            client.logIn(Inputs.accountName(ACCOUNT), wrong).close();
        } catch (KeyClientException e) {
            if (e.reason() != KeyClientException.Reason.WRONG_PASSWORD) {
                throw e;
            }
            took("wrong password refused", start);
            notice.close();
            audience.see(story.refused(ClientFailures.explain(e)));
            return;
        }
        throw notAsItShouldBe("A wrong password opened the account.");
    }

    private void lookIntoTheFiles() throws CommandFailure, IOException {
        audience.see("A thief copies the database's files, and looks at her rows", story.raw());
        long start = System.nanoTime();
        for (String text : new String[] {RIGHT_WORDS, LABEL, CONTENT}) {
            found.put("\"" + text + "\"", database.occurrences(text));
        }
        boolean nothing = found.values().stream().allMatch(times -> times == 0);
        int readable = database.occurrences(READABLE);
        found.put("\"" + READABLE + "\"", readable);
        took("files searched", start);
        audience.see(story.searched(found));
        if (!nothing || readable == 0) {
            throw notAsItShouldBe("The search of the database's files did not find what it should.");
        }
    }

    private KeyClient client(KeyServer server) throws KeyClientException {
        return KeyClient.builder(new ServerAddress("localhost", server.port()))
                .trust(folder.authority())
                .progress(notice)
                .build();
    }

    private void took(String part, long start) {
        millis.put(part, (System.nanoTime() - start) / 1_000_000);
    }

    private static CommandFailure notAsItShouldBe(String what) {
        return new CommandFailure(
                FailureCode.INTEGRITY,
                what,
                "The demonstration's files are deleted; nothing else was touched.",
                "Please report it, with what latchkey version prints.");
    }
}
