package dev.latchkey.cli;

import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeySession;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.Password;

/** How a command gets at the owner's account: in a session of its own, or in one that the shell lends it. */
interface Access {

    /** Which account it is. */
    Destination destination() throws CommandFailure;

    /**
     * Does the work in an open session, which stays whoever's it is to close.
     *
     * <p>When the session ends, another is opened and the work is done once more, from its start: whoever changes something
     * does it by {@link SecretChange}, or in another way that sees what became of it, and prints last.
     */
    void inSession(SessionWork work) throws CommandFailure;

    /** Asks for the password, whatever session is open, and does work that takes a login of its own. */
    void withPassword(PasswordWork work) throws CommandFailure;

    /**
     * The password is another from now on, and no session is open.
     *
     * @param next the new one, still the caller's to close
     */
    void passwordChanged(Password next);

    /** The account is deleted: nothing can be done with it any more. */
    void accountGone();

    /** Fails now if {@link #secretWithoutFile} would because what it reads from is taken. */
    void requireFreeInput() throws CommandFailure;

    /** Fails now if standard input is no place for the new password. */
    void requireStandardInput() throws CommandFailure;

    /**
     * Reads the secret for which no file was named; the caller closes it.
     *
     * @param maxBytes the most that is taken
     */
    SecretBytes secretWithoutFile(int maxBytes) throws CommandFailure;

    /** Ends the loan after {@link ClipboardLoan#TIME}, or earlier when the person leaves. */
    void endLater(ClipboardLoan loan) throws CommandFailure;

    /** What is done in an open session. */
    @FunctionalInterface
    interface SessionWork {
        void in(KeySession session, Destination destination) throws KeyClientException, CommandFailure;
    }

    /** What is done with the account's password. */
    @FunctionalInterface
    interface PasswordWork {
        void with(KeyClient client, Destination destination, Password password)
                throws KeyClientException, CommandFailure;
    }
}
