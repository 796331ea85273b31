package dev.latchkey.cli;

import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeySession;
import dev.latchkey.protocol.Password;
import java.util.Arrays;

/** Runs one piece of work with a client or in a session, and wipes the password behind it. */
final class Clients {

    private final Surroundings surroundings;
    private final boolean json;

    Clients(Surroundings surroundings, boolean json) {
        this.surroundings = surroundings;
        this.json = json;
    }

    /** Asks for the password of the account that the options mean, logs in, does the work and closes the session. */
    void inSession(SessionOptions options, SessionWork work) throws CommandFailure {
        ClientHome home = ClientHome.of(surroundings, System.getProperties());
        Destination destination = new DestinationFinder(options.connection(), surroundings, home).ofKnownAccount();
        char[] typed = new PasswordSource(options.password(), surroundings)
                .current(destination.account().value());
        withClient(destination, typed, (client, password) -> {
            try (KeySession session = client.logIn(destination.account(), password)) {
                work.in(session, destination);
            }
        });
    }

    /**
     * Does the work with a client for this destination.
     *
     * @param typed the password as it was typed; wiped when this returns
     */
    void withClient(Destination destination, char[] typed, ClientWork work) throws CommandFailure {
        try (Password password = Inputs.password(typed);
                StretchingNotice notice = new StretchingNotice(surroundings, json);
                KeyClient client = client(destination, notice)) {
            work.with(client, password);
        } catch (KeyClientException e) {
            throw ClientFailures.explain(e);
        } finally {
            Arrays.fill(typed, '\0');
        }
    }

    private static KeyClient client(Destination destination, StretchingNotice notice) throws KeyClientException {
        KeyClient.Builder builder = KeyClient.builder(destination.server()).progress(notice);
        destination.ca().ifPresent(builder::trust);
        return builder.build();
    }

    /** What is done with a client. */
    @FunctionalInterface
    interface ClientWork {
        void with(KeyClient client, Password password) throws KeyClientException, CommandFailure;
    }

    /** What is done in an open session. */
    @FunctionalInterface
    interface SessionWork {
        void in(KeySession session, Destination destination) throws KeyClientException, CommandFailure;
    }
}
