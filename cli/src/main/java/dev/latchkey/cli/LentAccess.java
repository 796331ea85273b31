package dev.latchkey.cli;

import dev.latchkey.client.KeyClientException;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.Password;

/** The access of a command in the shell, which lends it its session. */
final class LentAccess implements Access {

    private final Surroundings surroundings;
    private final GlobalOptions global;
    private final ShellSession session;
    private final ShellLoans loans;

    LentAccess(Surroundings surroundings, GlobalOptions global, ShellSession session, ShellLoans loans) {
        this.surroundings = surroundings;
        this.global = global;
        this.session = session;
        this.loans = loans;
    }

    @Override
    public Destination destination() {
        return session.destination();
    }

    @Override
    public void inSession(SessionWork work) throws CommandFailure {
        TwoSessions sessions = new TwoSessions();
        try {
            if (sessions.first(() -> work.in(session.open(), session.destination()))) {
                return;
            }
            surroundings.streams().err().println("The session ended. Opening the next one.");
            session.disconnect();
            sessions.second(() -> work.in(session.open(), session.destination()));
        } catch (KeyClientException e) {
            throw ClientFailures.explain(e);
        }
    }

    @Override
    public void withPassword(PasswordWork work) throws CommandFailure {
        session.withPassword(work);
    }

    @Override
    public void passwordChanged(Password next) {
        session.passwordChanged(next);
    }

    @Override
    public void accountGone() {
        session.end();
    }

    @Override
    public void requireFreeInput() {
        // In the shell a secret is typed at a hidden prompt, never where the commands come from.
    }

    @Override
    public void requireStandardInput() throws CommandFailure {
        throw new CommandFailure(
                FailureCode.USAGE,
                "Standard input is where the commands come from.",
                CommandFailure.NOTHING_CHANGED,
                "Name a file, or type it at the prompt.");
    }

    @Override
    public SecretBytes secretWithoutFile(int maxBytes) throws CommandFailure {
        return SecretInput.readHidden(surroundings.terminal(), maxBytes);
    }

    @Override
    public void endLater(ClipboardLoan loan) {
        new Output(surroundings, global.json())
                .remark("In " + ClipboardLoan.TIME.toSeconds()
                        + " seconds it is cleared, if it holds the secret still; or when you leave the shell.");
        loans.add(loan);
    }
}
