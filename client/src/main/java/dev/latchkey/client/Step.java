package dev.latchkey.client;

/** What a client is doing at the moment, told before it starts, so that a person can be shown that something is going on. */
public enum Step {
    /** The first message of a registration or a login goes to the server. */
    CONNECTING,
    /** The password is run through Argon2id: up to a few seconds, all of them on this device. */
    STRETCHING_PASSWORD,
    /** The last message of the handshake goes up; the server answers over the sealed channel. */
    OPENING_SESSION,
    /** The new account's encrypted storage key goes up; with it the account begins to exist. */
    COMPLETING_REGISTRATION,
    /** The answer to the step before was lost, so a login finds out whether the account exists. */
    CONFIRMING_REGISTRATION,
    /** The encrypted storage key comes down and is opened once, to prove that it can be. */
    RETRIEVING_STORAGE_KEY,
    /** Entries of the account's log come down that this device has not verified yet. */
    READING_HISTORY,
    /** The record of the new password and the storage key encrypted under it go up. */
    CHANGING_PASSWORD,
    /** The answer to the step before was lost, so logins find out which password works. */
    CONFIRMING_PASSWORD_CHANGE,
    /** The request to delete the account goes up. */
    DELETING_ACCOUNT
}
