package dev.latchkey.cli;

import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeySession;
import dev.latchkey.protocol.Password;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The one session of a shell, with the connection under it; opened with the password, and again when it ended. */
final class ShellSession implements AutoCloseable {

    private final Surroundings surroundings;
    private final SessionOptions options;
    private final Clients clients;
    private final Destination destination;
    private final boolean json;
    private KeyClient client;
    private KeySession session;
    private List<String> labels;
    private boolean isGivenPasswordOld;
    private boolean over;

    ShellSession(Surroundings surroundings, SessionOptions options, boolean json) throws CommandFailure {
        this.surroundings = surroundings;
        this.options = options;
        this.json = json;
        this.clients = new Clients(surroundings, json);
        this.destination = new DestinationFinder(options.connection(), surroundings, clients.home()).ofKnownAccount();
    }

    Destination destination() {
        return destination;
    }

    /** The session, for which the password is asked if none is open. */
    KeySession open() throws CommandFailure {
        if (session == null) {
            char[] typed = askForPassword();
            try (Password password = Inputs.password(typed)) {
                connect(password);
            } catch (KeyClientException e) {
                throw ClientFailures.explain(e);
            } finally {
                Arrays.fill(typed, '\0');
            }
        }
        return session;
    }

    private void connect(Password password) throws KeyClientException, CommandFailure {
        disconnect();
        try (StretchingNotice notice = new StretchingNotice(surroundings, json)) {
            client = clients.builder(destination, notice).build();
            session = client.logIn(destination.account(), password);
            clients.sayWhatCannotBeChecked(session);
        }
    }

    /** Asks for the password and does work that takes a login of its own. */
    void withPassword(Access.PasswordWork work) throws CommandFailure {
        clients.withPassword(destination, false, askForPassword(), work);
    }

    /**
     * All sessions are closed by now. Where nobody can be asked for the new password, it opens the next one at once; if that
     * can't be done the password is changed all the same, and the next command says what there is to say.
     */
    void passwordChanged(Password next) {
        disconnect();
        if (options.password().areAbsent()) {
            return;
        }
        isGivenPasswordOld = true;
        try {
            connect(next);
        } catch (KeyClientException | CommandFailure e) {
            disconnect();
        }
    }

    private char[] askForPassword() throws CommandFailure {
        if (isGivenPasswordOld) {
            // It would be a wrong one, and count as a guess.
            throw new CommandFailure(
                    FailureCode.SESSION_ENDED,
                    "The password is asked for again, and the one that the shell was started with is the old one.",
                    "Nothing was sent.",
                    "Start another shell, with the new password.");
        }
        return new PasswordSource(options.password(), surroundings)
                .current(destination.account().value());
    }

    /** Closes the session, if one is open; the next {@link #open} asks for the password. */
    void disconnect() {
        forgetLabels();
        if (session != null) {
            session.close();
            session = null;
        }
        if (client != null) {
            client.close();
            client = null;
        }
    }

    /** The labels in use, as far as they can be had without asking anybody for anything. */
    List<String> labels() {
        if (labels == null && session != null) {
            try {
                labels = session.listAll().stream()
                        .map(secret -> secret.descriptor().label().value())
                        .toList();
            } catch (KeyClientException e) {
                // Completion is a convenience: the next command says what is wrong.
                return List.of();
            }
        }
        return Optional.ofNullable(labels).orElse(List.of());
    }

    void forgetLabels() {
        labels = null;
    }

    /** The account is gone, and with it what the shell is for. */
    void end() {
        disconnect();
        over = true;
    }

    boolean isOver() {
        return over;
    }

    @Override
    public void close() {
        disconnect();
    }
}
