package dev.latchkey.server.admin;

import dev.latchkey.server.seal.RootKeySource;
import java.util.Optional;

/** What an operator asks of a running server. */
public sealed interface AdminRequest {
    /**
     * What the server knows of an account without its password.
     *
     * @param name of the account, in canonical form
     */
    record ShowAccount(String name) implements AdminRequest {}

    /**
     * Gives an account the whole of its guess budgets back, that of its name and those of its devices.
     *
     * @param name of the account, in canonical form
     */
    record UnlockAccount(String name) implements AdminRequest {}

    /**
     * Erases an account with all that is in it.
     *
     * @param name of the account, in canonical form
     */
    record DeleteAccount(String name) implements AdminRequest {}

    /**
     * Ends all sessions of an account.
     *
     * @param name of the account, in canonical form
     */
    record CloseSessions(String name) implements AdminRequest {}

    /**
     * Takes a backup while the server works.
     *
     * @param file of the server's machine, absolute, that does not exist yet
     */
    record TakeBackup(String file) implements AdminRequest {}

    /** Asks how the server is. */
    record ShowServer() implements AdminRequest {}

    /** Ends all sessions of everybody that were opened before. */
    record CloseAllSessions() implements AdminRequest {}

    /** Which data keys there are. */
    record ShowKeys() implements AdminRequest {}

    /** Begins to renew the data key, or goes on with a renewal that did not end, for a moment. */
    record RenewKeys() implements AdminRequest {}

    /**
     * Puts the database under another root key, which the server gets at itself.
     *
     * @param to where that one is kept
     * @param fingerprint in hexadecimal digits, of the one that whoever asks has seen there; of a file it is never empty, since the
     *     server may see another file of that name
     */
    record ChangeRootKey(RootKeySource to, Optional<String> fingerprint) implements AdminRequest {}

    /** Goes on with a renewal for a moment; begins none. */
    record GoOnRenewing() implements AdminRequest {}
}
