package dev.latchkey.server.admin;

import dev.latchkey.protocol.UserId;
import dev.latchkey.server.backup.Manifest;
import dev.latchkey.server.store.KeyRotation;

/** What a running server answers its operator: numbers, times and the log's head, and nothing that its owners sealed. */
public sealed interface AdminAnswer {
    /**
     * One account.
     *
     * @param user whose it is
     * @param times in Unix milliseconds
     * @param version of its credentials and its log
     * @param holdings what it has
     * @param budget what strangers may still guess under its name
     */
    record AccountShown(UserId user, Times times, Version version, Holdings holdings, Budget budget)
            implements AdminAnswer {}

    /**
     * In Unix milliseconds; 0 if there was none.
     *
     * @param created when it was registered
     * @param lastLogin its newest login
     * @param lastFailure its newest failed attempt that its owner was told of
     */
    record Times(long created, long lastLogin, long lastFailure) {}

    /**
     * Where an account stands.
     *
     * @param credentials how often its password was set
     * @param logLength entries of its log
     * @param logHead in hexadecimal digits, after the last of them
     */
    record Version(long credentials, long logLength, String logHead) {}

    /**
     * What an account has.
     *
     * @param secrets stored
     * @param devices known
     * @param sessions open
     * @param failedAttempts begun and not proven, kept for its owner
     */
    record Holdings(int secrets, int devices, int sessions, int failedAttempts) {}

    /**
     * A guess budget.
     *
     * @param left units that can be taken now
     * @param capacity units that a full one holds
     * @param nextUnitMillis after which one more returns; 0 if it is full
     */
    record Budget(int left, int capacity, long nextUnitMillis) {}

    /**
     * The account's budgets are full.
     *
     * @param user whose they are
     * @param before what that of its name was
     * @param devices how many of its devices had less than a full one
     */
    record AccountUnlocked(UserId user, Budget before, int devices) implements AdminAnswer {}

    /**
     * The account is erased.
     *
     * @param user whose it was
     * @param sessions that were open, and are ended
     */
    record AccountDeleted(UserId user, int sessions) implements AdminAnswer {}

    /**
     * Sessions are ended.
     *
     * @param count of those that were open
     */
    record SessionsClosed(int count) implements AdminAnswer {}

    /**
     * The data keys.
     *
     * @param status of them
     */
    record KeysShown(KeyRotation.Status status) implements AdminAnswer {}

    /**
     * The data key is being renewed.
     *
     * @param progress how far it is
     */
    record KeysRenewed(KeyRotation.Progress progress) implements AdminAnswer {}

    /**
     * The database is under the root key that was asked for, and the server uses it.
     *
     * @param done whether it was before
     */
    record RootKeyInForce(KeyRotation.RootKeyChanged done) implements AdminAnswer {}

    /**
     * The database is under the root key that it was under.
     *
     * @param why for an operator
     */
    record RootKeyRefused(String why) implements AdminAnswer {}

    /**
     * A backup is being taken; another answer follows.
     *
     * @param bytes written so far
     */
    record BackupUnderWay(long bytes) implements AdminAnswer {}

    /**
     * A backup is taken.
     *
     * @param manifest what it says of itself
     */
    record BackupTaken(Manifest manifest) implements AdminAnswer {}

    /**
     * How the server is.
     *
     * @param nowMillis by its database's clock, in Unix milliseconds
     * @param lastBackup the number of its newest backup, 0 if there is none
     * @param lastBackupMillis the moment that this one shows
     */
    record ServerShown(long nowMillis, long lastBackup, long lastBackupMillis) implements AdminAnswer {}

    /**
     * It was not done.
     *
     * @param reason why
     */
    record Failed(Reason reason) implements AdminAnswer {}

    /** Why something was not done. */
    enum Reason {
        /** The request is not one of this version's. */
        MALFORMED(1),
        /** Nobody has this name. */
        NO_SUCH_ACCOUNT(2),
        /** The database could not be used; it is not certain that nothing was changed. */
        STORE_UNAVAILABLE(3),
        /** The server failed where it should not; its log says more. */
        INTERNAL(4),
        /** Something has the name that the backup should get. */
        BACKUP_EXISTS(5),
        /** The backup can't be written there. */
        BACKUP_UNWRITABLE(6),
        /** Somebody else has asked for the same, and it has not ended. Nothing was done. */
        ALREADY_UNDER_WAY(7),
        /** The root key that the database is under is not to be had. */
        ROOT_KEY_UNAVAILABLE(8),
        /** A folder has the name that the backup should get. */
        BACKUP_IS_FOLDER(9);

        private final int number;

        Reason(int number) {
            this.number = number;
        }

        /** On the wire; never given a second meaning. */
        int number() {
            return number;
        }
    }
}
