package dev.latchkey.client;

import com.google.protobuf.ByteString;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.LoggedChannel.Answer;
import dev.latchkey.client.SessionSummary.Use;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.DeviceObject;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.wire.AllOthers;
import dev.latchkey.protocol.wire.CloseSessions;
import dev.latchkey.protocol.wire.ListSessions;
import dev.latchkey.protocol.wire.ListedSession;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response.ResultCase;
import dev.latchkey.protocol.wire.SessionKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The account's open sessions, as the server tells of them; that one was closed it has to write into the log. */
final class SessionDesk {

    private final LoggedChannel channel;
    private final SessionMemory memory;

    SessionDesk(LoggedIn login) {
        this.channel = login.logged();
        this.memory = login.known().memory();
    }

    /** All of them, the oldest first. */
    List<SessionSummary> list() throws KeyClientException {
        Request request = Request.newBuilder()
                .setListSessions(ListSessions.getDefaultInstance())
                .build();
        List<SessionSummary> sessions = new ArrayList<>();
        Set<SessionId> seen = new HashSet<>();
        for (ListedSession listed : channel.askUnlogged(request, ResultCase.SESSIONS_LISTED)
                .getSessionsListed()
                .getSessionsList()) {
            SessionSummary session = summary(listed);
            if (!seen.add(session.id())) {
                throw Answers.unexpected();
            }
            sessions.add(session);
        }
        // The one it was asked in is open.
        if (!seen.contains(channel.id())) {
            throw Answers.unexpected();
        }
        return List.copyOf(sessions);
    }

    private SessionSummary summary(ListedSession listed) throws KeyClientException {
        SessionId id = SessionId.of(listed.getSessionId().toByteArray());
        if (listed.getKind() == SessionKind.SESSION_KIND_REGISTRATION) {
            throw Answers.unexpected();
        }
        return new SessionSummary(
                id,
                listed.getKind() == SessionKind.SESSION_KIND_ACCOUNT ? Use.ACCOUNT : Use.SECRETS,
                new SessionSummary.Time(
                        WireTime.required(listed.getOpenedUnixMs()), WireTime.required(listed.getLastUsedUnixMs())),
                listed.hasDeviceId()
                        ? Optional.of(DeviceId.of(listed.getDeviceId().toByteArray()))
                        : Optional.empty(),
                id.equals(channel.id()));
    }

    void close(SessionId session) throws KeyClientException {
        if (session.equals(channel.id())) {
            throw new IllegalArgumentException("a session is not closed from itself but with close()");
        }
        CloseSessions one = CloseSessions.newBuilder()
                .setSessionId(ByteString.copyFrom(session.toByteArray()))
                .build();
        channel.catchUp();
        try (VerifiedLog.Mark before = channel.log().mark()) {
            close(one, session, before.head().n());
        }
        memory.remember();
    }

    private void close(CloseSessions one, SessionId session, long before) throws KeyClientException {
        try (Answer answer = channel.ask(Request.newBuilder().setCloseSessions(one), ResultCase.SESSIONS_CLOSED)) {
            if (!isClosed(session, answer.deeds())) {
                throw new KeyClientException(
                        Reason.INTEGRITY,
                        "The server says that the session is closed, but did not write that into the account's log, so it "
                                + "is not believed. Change the password, which ends every session.");
            }
        } catch (KeyClientException e) {
            if (e.reason() != Reason.NOT_FOUND) {
                throw e;
            }
            try (Answer now = channel.refresh()) {
                // The first of two attempts may have been the one that was carried out.
                if (isClosed(session, channel.log().deeds(channel.id(), before, now.n()))) {
                    return;
                }
            }
            throw new KeyClientException(
                    Reason.NOT_FOUND,
                    "The account has no such session: it has ended already. Nothing was changed. List the sessions to see "
                            + "which are open.",
                    e);
        }
    }

    /** Closes all but this one, and says how many those were, by the log. */
    int closeOthers() throws KeyClientException {
        CloseSessions others = CloseSessions.newBuilder()
                .setAllOthers(AllOthers.getDefaultInstance())
                .build();
        int closed;
        try (Answer answer = channel.ask(Request.newBuilder().setCloseSessions(others), ResultCase.SESSIONS_CLOSED)) {
            closed = (int) answer.deeds().stream()
                    .filter(deed -> deed.actionCode() == AuditAction.SESSION_CLOSED_BY_OWNER.code())
                    .count();
        }
        memory.remember();
        return closed;
    }

    private static boolean isClosed(SessionId session, List<AuditEntry> deeds) {
        return deeds.stream().anyMatch(deed -> DeviceDesk.isOf(deed, DeviceObject.closed(session)));
    }
}
