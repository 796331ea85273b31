package dev.latchkey.server.admin;

import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.InvalidInputException;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.admin.AdminAnswer.AccountDeleted;
import dev.latchkey.server.admin.AdminAnswer.AccountShown;
import dev.latchkey.server.admin.AdminAnswer.AccountUnlocked;
import dev.latchkey.server.admin.AdminAnswer.BackupTaken;
import dev.latchkey.server.admin.AdminAnswer.Budget;
import dev.latchkey.server.admin.AdminAnswer.Failed;
import dev.latchkey.server.admin.AdminAnswer.Holdings;
import dev.latchkey.server.admin.AdminAnswer.Reason;
import dev.latchkey.server.admin.AdminAnswer.ServerShown;
import dev.latchkey.server.admin.AdminAnswer.SessionsClosed;
import dev.latchkey.server.admin.AdminAnswer.Times;
import dev.latchkey.server.admin.AdminAnswer.Version;
import dev.latchkey.server.backup.BackupException;
import dev.latchkey.server.backup.BackupWriter;
import dev.latchkey.server.backup.Manifest;
import dev.latchkey.server.backup.Progress;
import dev.latchkey.server.seal.RootKeyUnavailableException;
import dev.latchkey.server.store.Accounts;
import dev.latchkey.server.store.AuditLog;
import dev.latchkey.server.store.Backups;
import dev.latchkey.server.store.BudgetTag;
import dev.latchkey.server.store.GuessLedger;
import dev.latchkey.server.store.NameTag;
import dev.latchkey.server.store.Sessions.Ended;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.Transaction;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what an operator asks for. Whatever changes something is in the server's log, under the account's user id. Of what takes
 * long each is done once at a time, so that it never takes all places.
 */
final class AdminOperations {
    private static final Logger log = LoggerFactory.getLogger(AdminOperations.class);

    private static final int ENDED_AT_ONCE = 500;

    private final Store store;
    private final KeyOperations keys;
    private final BackupWriter backups;
    private final Semaphore closingAll = new Semaphore(1);

    AdminOperations(Store store, BackupWriter backups) {
        this.store = store;
        this.keys = new KeyOperations(store.keyRotation());
        this.backups = backups;
    }

    /** @param progress is told of a backup that is under way */
    AdminAnswer answer(AdminRequest request, Progress progress) {
        try {
            return request instanceof AdminRequest.TakeBackup take ? backup(take.file(), progress) : handle(request);
        } catch (InvalidInputException invalid) {
            return new Failed(Reason.MALFORMED);
        } catch (StoreUnavailableException unavailable) {
            log.warn("the store could not do what the operator asked for", unavailable);
            return new Failed(
                    unavailable.getCause() instanceof RootKeyUnavailableException
                            ? Reason.ROOT_KEY_UNAVAILABLE
                            : Reason.STORE_UNAVAILABLE);
        } catch (RuntimeException failed) {
            log.error("what the operator asked for failed", failed);
            return new Failed(Reason.INTERNAL);
        }
    }

    private AdminAnswer handle(AdminRequest request) throws InvalidInputException, StoreUnavailableException {
        if (request instanceof AdminRequest.ShowAccount show) {
            return show(tag(show.name()));
        }
        if (request instanceof AdminRequest.UnlockAccount unlock) {
            return unlock(tag(unlock.name()));
        }
        if (request instanceof AdminRequest.DeleteAccount delete) {
            return delete(tag(delete.name()));
        }
        if (request instanceof AdminRequest.CloseSessions close) {
            return closeSessions(tag(close.name()));
        }
        if (request instanceof AdminRequest.ShowKeys) {
            return keys.show();
        }
        if (request instanceof AdminRequest.RenewKeys) {
            return keys.renew();
        }
        if (request instanceof AdminRequest.GoOnRenewing) {
            return keys.goOn();
        }
        if (request instanceof AdminRequest.ChangeRootKey change) {
            return keys.changeRootKey(change);
        }
        return request instanceof AdminRequest.ShowServer ? showServer() : closeAllSessions();
    }

    private AdminAnswer showServer() throws StoreUnavailableException {
        return store.view(tx -> {
            Backups.Taken last = tx.backups().last().orElse(new Backups.Taken(0, 0));
            return new ServerShown(tx.nowMillis(), last.number(), last.unixMillis());
        });
    }

    private AdminAnswer backup(String file, Progress progress) throws StoreUnavailableException {
        try {
            Path path = Path.of(file);
            if (!path.isAbsolute()) {
                return new Failed(Reason.MALFORMED);
            }
            Manifest manifest = backups.write(path, progress);
            log.info("the operator took backup {}", manifest.taken().number());
            return new BackupTaken(manifest);
        } catch (InvalidPathException e) {
            return new Failed(Reason.MALFORMED);
        } catch (BackupException e) {
            log.warn("a backup was not taken: {}{}", e.getMessage(), said(e.getCause()));
            log.debug("a backup was not taken", e);
            return new Failed(
                    switch (e.reason()) {
                        case EXISTS -> Reason.BACKUP_EXISTS;
                        case FOLDER -> Reason.BACKUP_IS_FOLDER;
                        case UNDER_WAY -> Reason.ALREADY_UNDER_WAY;
                        case UNWRITABLE -> Reason.BACKUP_UNWRITABLE;
                        case ROOT_KEY -> Reason.ROOT_KEY_UNAVAILABLE;
                        default -> Reason.INTERNAL;
                    });
        }
    }

    private static String said(Throwable cause) {
        return cause == null ? "" : " What was said: " + cause;
    }

    private NameTag tag(String name) throws InvalidInputException {
        return NameTag.of(AccountName.canonical(name), store.deployment().enumerationKey());
    }

    private AdminAnswer show(NameTag name) throws StoreUnavailableException {
        return store.view(tx -> {
            UserId user = tx.accounts().userOf(name).orElse(null);
            Accounts.Times times =
                    user == null ? null : tx.accounts().times(user).orElse(null);
            if (times == null) {
                return nobody();
            }
            AuditLog.Head head = tx.audit().head(user);
            return new AccountShown(
                    user,
                    new Times(
                            times.createdMillis(),
                            times.last().loginMillis(),
                            times.last().failureMillis()),
                    new Version(
                            tx.accounts().credentialVersion(user),
                            head.n(),
                            HexFormat.of().formatHex(head.head())),
                    new Holdings(
                            tx.secrets().count(user),
                            tx.devices().listOf(user).size(),
                            tx.sessions().listOf(user).size(),
                            tx.ledger().attempts(name)),
                    budget(tx.ledger().budget(BudgetTag.of(name))));
        });
    }

    private AdminAnswer unlock(NameTag name) throws StoreUnavailableException {
        AdminAnswer answer = store.transact(tx -> {
            UserId user = held(tx, name);
            return user == null ? nobody() : unlock(tx, user, name);
        });
        if (answer instanceof AccountUnlocked unlocked) {
            log.info(
                    "the operator gave account {} its guesses back; {} of {} were left",
                    unlocked.user(),
                    unlocked.before().left(),
                    unlocked.before().capacity());
        }
        return answer;
    }

    private AccountUnlocked unlock(Transaction tx, UserId user, NameTag name) {
        int devices = 0;
        for (byte[] ticketHash : tx.devices().ticketHashes(user)) {
            BudgetTag tag = BudgetTag.ofTicket(ticketHash, store.deployment().enumerationKey());
            GuessLedger.Budget before = tx.ledger().refill(tag);
            devices += before.left() < before.capacity() ? 1 : 0;
        }
        return new AccountUnlocked(user, budget(tx.ledger().refill(BudgetTag.of(name))), devices);
    }

    /** What the owner's own deletion does; its last entry in the log would go with the log, and has nobody to read it. */
    private AdminAnswer delete(NameTag name) throws StoreUnavailableException {
        AdminAnswer answer = store.transact(tx -> {
            UserId user = held(tx, name);
            if (user == null) {
                return nobody();
            }
            int sessions = tx.sessions().listOf(user).size();
            tx.accounts().delete(user);
            tx.sessions().closeAllOf(user);
            return new AccountDeleted(user, sessions);
        });
        if (answer instanceof AccountDeleted deleted) {
            log.info("the operator deleted account {}", deleted.user());
        }
        return answer;
    }

    private AdminAnswer closeSessions(NameTag name) throws StoreUnavailableException {
        UserId user = store.view(tx -> tx.accounts().userOf(name)).orElse(null);
        if (user == null) {
            return nobody();
        }
        int sessions = store.transact(tx -> {
            int open = tx.sessions().listOf(user).size();
            tx.sessions().closeAllOf(user);
            return open;
        });
        log.info("the operator ended the sessions of account {}: {}", user, sessions);
        return new SessionsClosed(sessions);
    }

    /** A few at a time, so that nobody waits for long; those opened meanwhile are not meant. */
    private AdminAnswer closeAllSessions() throws StoreUnavailableException {
        if (!closingAll.tryAcquire()) {
            return new Failed(Reason.ALREADY_UNDER_WAY);
        }
        try {
            return closeAllSessionsInTurn();
        } finally {
            closingAll.release();
        }
    }

    private AdminAnswer closeAllSessionsInTurn() throws StoreUnavailableException {
        long now = store.view(Transaction::nowMillis);
        int sessions = 0;
        Ended ended;
        do {
            ended = store.transact(tx -> tx.sessions().endOpenedUntil(now, ENDED_AT_ONCE));
            sessions += ended.loggedIn();
        } while (ended.all() == ENDED_AT_ONCE);
        log.info("the operator ended all sessions: {}", sessions);
        return new SessionsClosed(sessions);
    }

    /** Whose name it is, with nobody else changing anything of theirs; null if it is nobody's. */
    private static UserId held(Transaction tx, NameTag name) {
        UserId user = tx.accounts().userOf(name).orElse(null);
        return user == null || tx.accounts().hold(user) == 0 ? null : user;
    }

    private static Failed nobody() {
        return new Failed(Reason.NO_SUCH_ACCOUNT);
    }

    private static Budget budget(GuessLedger.Budget budget) {
        return new Budget(budget.left(), budget.capacity(), budget.nextUnit().toMillis());
    }
}
