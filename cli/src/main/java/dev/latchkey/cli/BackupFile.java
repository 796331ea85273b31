package dev.latchkey.cli;

import dev.latchkey.protocol.BackupReader;
import dev.latchkey.protocol.IntegrityException;
import dev.latchkey.protocol.RecoveryCode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A backup that an owner has, read from start to end, without any server. */
final class BackupFile {

    private final Path file;
    private final RecoveryCode code;

    /** @param code still the caller's to close, after this was read */
    BackupFile(Path file, RecoveryCode code) {
        this.file = file;
        this.code = code;
    }

    /** Fails now if it can't be read, before anybody is asked for anything. */
    static void requireReadable(Path file) throws CommandFailure {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw unreadable(file);
        }
    }

    /**
     * Reads the whole of it, so that nothing is done with half a backup.
     *
     * @throws CommandFailure {@code WRONG_RECOVERY_CODE}, or {@code BACKUP_DAMAGED} if it is not what was written
     */
    BackupReader.End verify() throws CommandFailure {
        return this.<RuntimeException>each(entry -> {});
    }

    /** Gives every secret in turn, which is wiped after that. */
    <E extends Exception> BackupReader.End each(Taker<E> taker) throws CommandFailure, E {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
                BackupReader reader = BackupReader.open(in, code)) {
            Optional<BackupReader.Entry> next = reader.next();
            while (next.isPresent()) {
                try (BackupReader.Entry entry = next.get()) {
                    taker.take(entry);
                }
                next = reader.next();
            }
            return reader.end();
        } catch (IntegrityException e) {
            throw refused(e);
        } catch (IOException e) {
            throw unreadable(file).because(e);
        }
    }

    private CommandFailure refused(IntegrityException e) {
        return switch (e.reason()) {
            case RECOVERY_CODE ->
                new CommandFailure(
                                FailureCode.WRONG_RECOVERY_CODE,
                                "This recovery code is not the one of this backup.",
                                CommandFailure.NOTHING_CHANGED,
                                "Every backup has a code of its own: look for the one that was shown with this file.")
                        .because(e);
            case UNKNOWN_FORMAT ->
                new CommandFailure(
                                FailureCode.BACKUP_DAMAGED,
                                file + " is no backup, or one of a newer version of latchkey.",
                                CommandFailure.NOTHING_CHANGED,
                                "Name the file that latchkey backup wrote.")
                        .because(e);
            case INCOMPLETE ->
                new CommandFailure(
                                FailureCode.BACKUP_DAMAGED,
                                file + " is not complete: its end is missing, or something follows it.",
                                CommandFailure.NOTHING_CHANGED,
                                "Use another copy of it.")
                        .because(e);
            default ->
                new CommandFailure(
                                FailureCode.BACKUP_DAMAGED,
                                file + " is damaged, or somebody changed it.",
                                CommandFailure.NOTHING_CHANGED,
                                "Use another copy of it.")
                        .because(e);
        };
    }

    private static CommandFailure unreadable(Path file) {
        return new CommandFailure(
                FailureCode.FILE_UNREADABLE,
                "The backup " + file + " can't be read.",
                CommandFailure.NOTHING_CHANGED,
                "Check that it exists and that this user may read it.");
    }

    /** What is done with one secret. */
    @FunctionalInterface
    interface Taker<E extends Exception> {
        void take(BackupReader.Entry entry) throws CommandFailure, E;
    }
}
