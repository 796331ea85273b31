package dev.latchkey.server.admin;

import dev.latchkey.server.admin.AdminAnswer.AccountDeleted;
import dev.latchkey.server.admin.AdminAnswer.AccountShown;
import dev.latchkey.server.admin.AdminAnswer.AccountUnlocked;
import dev.latchkey.server.admin.AdminAnswer.BackupTaken;
import dev.latchkey.server.admin.AdminAnswer.BackupUnderWay;
import dev.latchkey.server.admin.AdminAnswer.Budget;
import dev.latchkey.server.admin.AdminAnswer.Failed;
import dev.latchkey.server.admin.AdminAnswer.Holdings;
import dev.latchkey.server.admin.AdminAnswer.KeysRenewed;
import dev.latchkey.server.admin.AdminAnswer.KeysShown;
import dev.latchkey.server.admin.AdminAnswer.Reason;
import dev.latchkey.server.admin.AdminAnswer.RootKeyInForce;
import dev.latchkey.server.admin.AdminAnswer.RootKeyRefused;
import dev.latchkey.server.admin.AdminAnswer.ServerShown;
import dev.latchkey.server.admin.AdminAnswer.SessionsClosed;
import dev.latchkey.server.admin.AdminAnswer.Times;
import dev.latchkey.server.admin.AdminAnswer.Version;
import dev.latchkey.server.admin.AdminRequest.ChangeRootKey;
import dev.latchkey.server.admin.AdminRequest.CloseAllSessions;
import dev.latchkey.server.admin.AdminRequest.CloseSessions;
import dev.latchkey.server.admin.AdminRequest.DeleteAccount;
import dev.latchkey.server.admin.AdminRequest.GoOnRenewing;
import dev.latchkey.server.admin.AdminRequest.RenewKeys;
import dev.latchkey.server.admin.AdminRequest.ShowAccount;
import dev.latchkey.server.admin.AdminRequest.ShowKeys;
import dev.latchkey.server.admin.AdminRequest.ShowServer;
import dev.latchkey.server.admin.AdminRequest.TakeBackup;
import dev.latchkey.server.admin.AdminRequest.UnlockAccount;
import dev.latchkey.server.backup.Manifest;

/** Requests and answers as bytes. Kinds are never given a second meaning. */
final class AdminMessages {
    private static final int SHOW_ACCOUNT = 1;
    private static final int UNLOCK_ACCOUNT = 2;
    private static final int DELETE_ACCOUNT = 3;
    private static final int CLOSE_SESSIONS = 4;
    private static final int CLOSE_ALL_SESSIONS = 5;

    private static final int SHOW_KEYS = 6;
    private static final int RENEW_KEYS = 7;
    private static final int GO_ON_RENEWING = 8;
    private static final int TAKE_BACKUP = 9;
    private static final int SHOW_SERVER = 10;

    private static final int CHANGE_ROOT_KEY = 11;

    private static final int FAILED = 64;
    private static final int ACCOUNT_SHOWN = 65;
    private static final int ACCOUNT_UNLOCKED = 66;
    private static final int ACCOUNT_DELETED = 67;
    private static final int SESSIONS_CLOSED = 68;
    private static final int BACKUP_UNDER_WAY = 69;
    private static final int BACKUP_TAKEN = 70;
    private static final int KEYS_SHOWN = 71;
    private static final int KEYS_RENEWED = 72;
    private static final int SERVER_SHOWN = 73;
    private static final int ROOT_KEY_IN_FORCE = 74;
    private static final int ROOT_KEY_REFUSED = 75;

    private AdminMessages() {}

    static byte[] encode(AdminRequest request) {
        if (request instanceof ShowAccount show) {
            return new MessageWriter(SHOW_ACCOUNT).text(show.name()).message();
        }
        if (request instanceof UnlockAccount unlock) {
            return new MessageWriter(UNLOCK_ACCOUNT).text(unlock.name()).message();
        }
        if (request instanceof DeleteAccount delete) {
            return new MessageWriter(DELETE_ACCOUNT).text(delete.name()).message();
        }
        if (request instanceof CloseSessions close) {
            return new MessageWriter(CLOSE_SESSIONS).text(close.name()).message();
        }
        if (request instanceof TakeBackup take) {
            return new MessageWriter(TAKE_BACKUP).text(take.file()).message();
        }
        if (request instanceof ChangeRootKey change) {
            return KeyMessages.encode(new MessageWriter(CHANGE_ROOT_KEY), change)
                    .message();
        }
        return new MessageWriter(kindWithoutFields(request)).message();
    }

    private static int kindWithoutFields(AdminRequest request) {
        if (request instanceof ShowKeys) {
            return SHOW_KEYS;
        }
        if (request instanceof RenewKeys) {
            return RENEW_KEYS;
        }
        if (request instanceof ShowServer) {
            return SHOW_SERVER;
        }
        return request instanceof GoOnRenewing ? GO_ON_RENEWING : CLOSE_ALL_SESSIONS;
    }

    static AdminRequest request(byte[] message) throws MalformedMessageException {
        MessageReader reader = new MessageReader(message);
        AdminRequest request = switch (reader.kind()) {
            case SHOW_ACCOUNT -> new ShowAccount(reader.text());
            case UNLOCK_ACCOUNT -> new UnlockAccount(reader.text());
            case DELETE_ACCOUNT -> new DeleteAccount(reader.text());
            case CLOSE_SESSIONS -> new CloseSessions(reader.text());
            case TAKE_BACKUP -> new TakeBackup(reader.text());
            case SHOW_SERVER -> new ShowServer();
            case CLOSE_ALL_SESSIONS -> new CloseAllSessions();
            case SHOW_KEYS -> new ShowKeys();
            case RENEW_KEYS -> new RenewKeys();
            case GO_ON_RENEWING -> new GoOnRenewing();
            case CHANGE_ROOT_KEY -> KeyMessages.changeRootKey(reader);
            default -> throw new MalformedMessageException();
        };
        reader.end();
        return request;
    }

    static byte[] encode(AdminAnswer answer) {
        if (answer instanceof AccountShown shown) {
            return encode(shown);
        }
        if (answer instanceof AccountUnlocked unlocked) {
            return budget(new MessageWriter(ACCOUNT_UNLOCKED).user(unlocked.user()), unlocked.before())
                    .number(unlocked.devices())
                    .message();
        }
        if (answer instanceof AccountDeleted deleted) {
            return new MessageWriter(ACCOUNT_DELETED)
                    .user(deleted.user())
                    .number(deleted.sessions())
                    .message();
        }
        if (answer instanceof SessionsClosed closed) {
            return new MessageWriter(SESSIONS_CLOSED).number(closed.count()).message();
        }
        if (answer instanceof KeysShown keys) {
            return KeyMessages.encode(new MessageWriter(KEYS_SHOWN), keys.status())
                    .message();
        }
        if (answer instanceof KeysRenewed renewed) {
            return KeyMessages.encode(new MessageWriter(KEYS_RENEWED), renewed.progress())
                    .message();
        }
        if (answer instanceof RootKeyInForce inForce) {
            return KeyMessages.encode(new MessageWriter(ROOT_KEY_IN_FORCE), inForce.done())
                    .message();
        }
        if (answer instanceof RootKeyRefused refused) {
            return new MessageWriter(ROOT_KEY_REFUSED).text(refused.why()).message();
        }
        if (answer instanceof BackupUnderWay underWay) {
            return new MessageWriter(BACKUP_UNDER_WAY).number(underWay.bytes()).message();
        }
        if (answer instanceof BackupTaken taken) {
            return new MessageWriter(BACKUP_TAKEN).text(taken.manifest().text()).message();
        }
        if (answer instanceof ServerShown shown) {
            return new MessageWriter(SERVER_SHOWN)
                    .number(shown.nowMillis())
                    .number(shown.lastBackup())
                    .number(shown.lastBackupMillis())
                    .message();
        }
        return new MessageWriter(FAILED)
                .number(((Failed) answer).reason().number())
                .message();
    }

    private static byte[] encode(AccountShown shown) {
        MessageWriter writer = new MessageWriter(ACCOUNT_SHOWN)
                .user(shown.user())
                .number(shown.times().created())
                .number(shown.times().lastLogin())
                .number(shown.times().lastFailure())
                .number(shown.version().credentials())
                .number(shown.version().logLength())
                .text(shown.version().logHead())
                .number(shown.holdings().secrets())
                .number(shown.holdings().devices())
                .number(shown.holdings().sessions())
                .number(shown.holdings().failedAttempts());
        return budget(writer, shown.budget()).message();
    }

    static AdminAnswer answer(byte[] message) throws MalformedMessageException {
        MessageReader reader = new MessageReader(message);
        AdminAnswer answer = switch (reader.kind()) {
            case ACCOUNT_SHOWN -> shown(reader);
            case ACCOUNT_UNLOCKED -> new AccountUnlocked(reader.user(), budget(reader), reader.number());
            case ACCOUNT_DELETED -> new AccountDeleted(reader.user(), reader.number());
            case SESSIONS_CLOSED -> new SessionsClosed(reader.number());
            case KEYS_SHOWN -> new KeysShown(KeyMessages.status(reader));
            case KEYS_RENEWED -> new KeysRenewed(KeyMessages.progress(reader));
            case ROOT_KEY_IN_FORCE -> new RootKeyInForce(KeyMessages.rootKeyChanged(reader));
            case ROOT_KEY_REFUSED -> new RootKeyRefused(reader.text());
            case BACKUP_UNDER_WAY -> new BackupUnderWay(reader.longNumber());
            case BACKUP_TAKEN ->
                new BackupTaken(Manifest.parse(reader.text()).orElseThrow(MalformedMessageException::new));
            case SERVER_SHOWN -> new ServerShown(reader.longNumber(), reader.longNumber(), reader.longNumber());
            case FAILED -> new Failed(reason(reader.number()));
            default -> throw new MalformedMessageException();
        };
        reader.end();
        return answer;
    }

    private static AccountShown shown(MessageReader reader) throws MalformedMessageException {
        return new AccountShown(
                reader.user(),
                new Times(reader.longNumber(), reader.longNumber(), reader.longNumber()),
                new Version(reader.longNumber(), reader.longNumber(), reader.text()),
                new Holdings(reader.number(), reader.number(), reader.number(), reader.number()),
                budget(reader));
    }

    private static MessageWriter budget(MessageWriter writer, Budget budget) {
        return writer.number(budget.left()).number(budget.capacity()).number(budget.nextUnitMillis());
    }

    private static Budget budget(MessageReader reader) throws MalformedMessageException {
        return new Budget(reader.number(), reader.number(), reader.longNumber());
    }

    private static Reason reason(int number) throws MalformedMessageException {
        for (Reason reason : Reason.values()) {
            if (reason.number() == number) {
                return reason;
            }
        }
        throw new MalformedMessageException();
    }
}
