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
    RETRIEVING_STORAGE_KEY
}
