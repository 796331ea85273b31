package dev.latchkey.cli;

import dev.latchkey.client.KeySession;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.Password;

/** Logs in for one command, as its options say, and closes the session behind it. */
final class FreshAccess implements Access {

    private final Surroundings surroundings;
    private final GlobalOptions global;
    private final SessionOptions options;

    FreshAccess(Surroundings surroundings, GlobalOptions global, SessionOptions options) {
        this.surroundings = surroundings;
        this.global = global;
        this.options = options;
    }

    @Override
    public Destination destination() throws CommandFailure {
        return new DestinationFinder(
                        options.connection(), surroundings, clients().home())
                .ofKnownAccount();
    }

    @Override
    public void inSession(SessionWork work) throws CommandFailure {
        inSession(false, work);
    }

    /** @param acceptChange whether to take the server as it shows itself now, against what this device remembers */
    void inSession(boolean acceptChange, SessionWork work) throws CommandFailure {
        Clients clients = clients();
        withPassword(acceptChange, (client, destination, password) -> {
            TwoSessions sessions = new TwoSessions();
            try (KeySession session = client.logIn(destination.account(), password)) {
                clients.sayWhatCannotBeChecked(session);
                if (sessions.first(() -> work.in(session, destination))) {
                    return;
                }
            }
            // The password is kept until the command ends, so that a database that failed over is nobody's trouble.
            new Output(surroundings, global.json()).remark("The session ended. Opening the next one.");
            try (KeySession session = client.logIn(destination.account(), password)) {
                sessions.second(() -> work.in(session, destination));
            }
        });
    }

    @Override
    public void withPassword(PasswordWork work) throws CommandFailure {
        withPassword(false, work);
    }

    private void withPassword(boolean acceptChange, PasswordWork work) throws CommandFailure {
        Destination destination = destination();
        char[] typed = new PasswordSource(options.password(), surroundings)
                .current(destination.account().value());
        clients().withPassword(destination, acceptChange, typed, work);
    }

    @Override
    public void passwordChanged(Password next) {
        // Each command asks for the password anew.
    }

    @Override
    public void accountGone() {
        // This access is for one command, which ends with that.
    }

    @Override
    public void requireFreeInput() throws CommandFailure {
        if (options.password().takeStandardInput()) {
            throw new CommandFailure(
                    FailureCode.USAGE,
                    "Standard input can't be both the password and the secret.",
                    "Nothing was stored.",
                    "Give the secret as a FILE, or the password with --password-file FILE or --password-fd N.");
        }
    }

    @Override
    public void requireStandardInput() throws CommandFailure {
        requireFreeInput();
    }

    @Override
    public SecretBytes secretWithoutFile(int maxBytes) throws CommandFailure {
        requireFreeInput();
        if (surroundings.terminal().inputIsTerminal()) {
            new Output(surroundings, global.json())
                    .remark("Type the secret (it is shown), and end it with Enter and Ctrl-D:");
        }
        return SecretInput.readStandardInput(surroundings.streams().in(), maxBytes);
    }

    @Override
    public void endLater(ClipboardLoan loan) throws CommandFailure {
        Output output = new Output(surroundings, global.json());
        output.remark("In " + ClipboardLoan.TIME.toSeconds()
                + " seconds it is cleared, if it holds the secret still. This waits for it; Ctrl-C does it at once.");
        Thread atOnce = new Thread(loan::close, "clear the clipboard");
        Runtime.getRuntime().addShutdownHook(atOnce);
        try {
            surroundings.time().pass(ClipboardLoan.TIME);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            Runtime.getRuntime().removeShutdownHook(atOnce);
        }
        output.remark(loan.end());
    }

    private Clients clients() {
        return new Clients(surroundings, global.json());
    }
}
