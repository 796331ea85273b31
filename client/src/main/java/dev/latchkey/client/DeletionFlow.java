package dev.latchkey.client;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.wire.DeleteAccount;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.Response.ResultCase;
import dev.latchkey.protocol.wire.SessionKind;
import java.util.List;

/** The end of an account, in a session of its own. */
final class DeletionFlow {

    private static final String UNRESOLVED =
            "The request to delete the account was not answered, and the server can't be asked now, so it is not known "
                    + "whether the account is deleted. Try again later: if the password is refused then, it is.";

    private final ClientSettings settings;
    private final Logins logins;
    private final Outage outage;

    DeletionFlow(Transport transport, ClientSettings settings, Logins logins) {
        this.settings = settings;
        this.logins = logins;
        this.outage = new Outage(UNRESOLVED);
    }

    void delete(AccountName name, Password password) throws KeyClientException {
        SessionMemory memory;
        ThisDevice device;
        try (LoggedIn login = logins.logIn(SessionKind.SESSION_KIND_ACCOUNT, name, password)) {
            memory = login.known().memory();
            device = login.known().device();
            login.logged().catchUp();
            settings.announce(Step.DELETING_ACCOUNT);
            delete(login, name, password);
        }
        device.forget();
        try {
            memory.forget();
        } catch (KeyClientException e) {
            throw Outage.retold(
                    e,
                    "The account is deleted, but the file in which this device remembers it is not. Delete that file in "
                            + "the folder of memories.");
        }
    }

    private void delete(LoggedIn login, AccountName name, Password password) throws KeyClientException {
        try (VerifiedLog.Mark mark = login.logged().log().mark()) {
            Request request = Request.newBuilder()
                    .setDeleteAccount(DeleteAccount.getDefaultInstance())
                    .setKnownAuditN(mark.head().n())
                    .build();
            Response response;
            try {
                response = login.channel().askOnce(request);
            } catch (KeyClientException e) {
                // What is not sealed says as little about what was done as silence does.
                resolve(e, name, password);
                return;
            }
            Answers.require(ResultCase.ACCOUNT_DELETED, response);
            login.logged().absorbed(mark, response).close();
            requireLogged(response);
        }
    }

    /** The entry of the deletion is the last one, so it is the last that came. */
    private static void requireLogged(Response deleted) throws KeyClientException {
        List<AuditEntry> entries = LoggedChannel.entries(Answers.head(deleted).getEntriesList());
        boolean logged = !entries.isEmpty()
                && (entries.size() == VerifiedLog.MAX_WITH_HEAD
                        || entries.get(entries.size() - 1).actionCode() == AuditAction.ACCOUNT_DELETED.code());
        if (!logged) {
            throw new KeyClientException(
                    Reason.INTEGRITY,
                    "The server says that the account is deleted, but its log does not end with that. What this device "
                            + "remembers of it was kept. Ask the server's operator.");
        }
    }

    /** The password worked a moment ago: if it does not now, the account is gone. */
    private void resolve(KeyClientException unanswered, AccountName name, Password password) throws KeyClientException {
        try {
            outage.resolve(() -> {
                logins.logIn(SessionKind.SESSION_KIND_REQUEST, name, password).close();
                return name;
            });
        } catch (KeyClientException e) {
            if (e.reason() == Reason.WRONG_PASSWORD) {
                return;
            }
            throw e;
        }
        throw Outage.retold(
                unanswered,
                "The request to delete the account was not answered, and the account is still there. Nothing was deleted. "
                        + "Try again.");
    }
}
