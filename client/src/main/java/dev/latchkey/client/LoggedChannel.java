package dev.latchkey.client;

import com.google.protobuf.ByteString;
import dev.latchkey.client.AuditIndex.Line;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.Transport.Repeat;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.MalformedException;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.wire.ReadAuditLog;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.Response.ResultCase;
import io.grpc.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The requests of an open session whose answers are believed only as far as they lie on the account's log.
 *
 * <p>Safe for use by several threads.
 */
final class LoggedChannel {

    /** The most entries that are read at once. */
    static final int MAX_READ = 8192;

    /** How far before the head of its answer a request's own entries are looked for. */
    private static final long MAX_DEEDS_BACK = KeptHeads.MAX_KEPT / 2;

    /** How many deadlines of a request reading a log may take in all: ten minutes as clients are made. */
    private static final int DEADLINES_OF_READING = 60;

    private final SealedChannel channel;
    private final SessionLimits limits;
    private final VerifiedLog log;
    private final ClientSettings settings;
    private final Object catchingUp = new Object();

    LoggedChannel(SealedChannel channel, SessionLimits limits, VerifiedLog log, ClientSettings settings) {
        this.channel = channel;
        this.limits = limits;
        this.log = log;
        this.settings = settings;
    }

    /** An answer that lies on the log, and the log as it was when the server gave it, until this is closed. */
    final class Answer implements AutoCloseable {

        private final VerifiedLog.Mark mark;
        private final Response response;
        private final AuditHead head;
        private final long n;

        private Answer(VerifiedLog.Mark mark, Response response, AuditHead head) {
            this.mark = mark;
            this.response = response;
            this.head = head;
            this.n = head.n();
        }

        Response response() {
            return response;
        }

        /** The number of the log's last entry at that time. */
        long n() {
            return n;
        }

        /** The head of the log at that time. */
        AuditHead head() {
            return head;
        }

        /** Demands that the log has this object for the secret, and gives the object before it. */
        byte[] require(KeyId keyId, byte[] object) throws KeyClientException {
            if (!new LoggedObject(object).equals(log.at(keyId, n))) {
                throw SecretOpener.disagreement(null);
            }
            return log.previousAt(keyId, n).toByteArray();
        }

        /** Whether the log has a secret of this key id. */
        boolean has(KeyId keyId) throws KeyClientException {
            return log.at(keyId, n) != null;
        }

        /** Demands that the log has a secret of this key id, or has none. */
        void require(KeyId keyId, boolean there) throws KeyClientException {
            if (there != has(keyId)) {
                throw SecretOpener.disagreement(null);
            }
        }

        /** Demands that the log has an entry of this retrieval, which is the session's. */
        void requireRetrieved(KeyId keyId) throws KeyClientException {
            if (deeds().stream().noneMatch(entry -> entry.keyId().equals(Optional.of(keyId)))) {
                throw new KeyClientException(
                        Reason.INTEGRITY,
                        "The server gave a secret without writing into the account's log that it was retrieved, so it was "
                                + "not used. Ask the server's operator.");
            }
        }

        /** The devices that the log had then, the oldest ticket first. */
        List<LoggedObject> devices() throws KeyClientException {
            return log.devicesAt(n);
        }

        /** What the session did, by the log, since the question was asked. */
        List<AuditEntry> deeds() throws KeyClientException {
            return log.deeds(channel.id(), Math.max(mark.head().n(), n - MAX_DEEDS_BACK), n);
        }

        /** Demands that this is what the log has for the encrypted storage key, now or as soon as it is read that far. */
        void requireStorageKey(byte[] envelope) throws KeyClientException {
            log.requireStorageKey(AuditHead.read(Answers.head(response)), new LoggedObject(Hashes.sha3_256(envelope)));
        }

        /** The log's secrets that were created after entry {@code after}, oldest first. */
        List<Line> livingAfter(long after, int limit) throws KeyClientException {
            return log.livingAfter(after, n, limit);
        }

        @Override
        public void close() {
            mark.close();
        }
    }

    /** Sends a request whose answer has no part in the log. */
    Response askUnlogged(Request request, ResultCase expected) throws KeyClientException {
        return askUnlogged(request, expected, channel.newDeadline(1));
    }

    private Response askUnlogged(Request request, ResultCase expected, Deadline until) throws KeyClientException {
        requireSize(request);
        try {
            // Every request of a session may be repeated: it reads, or stores the same bytes, or draws one more key id.
            return Answers.require(expected, channel.ask(request, Repeat.IF_UNAVAILABLE, until));
        } catch (KeyClientException e) {
            throw changes(expected) ? e : e.certain();
        }
    }

    /** Whether the account is another after it; an entry for what was read, or a key id without a secret, is nothing. */
    private static boolean changes(ResultCase expected) {
        return switch (expected) {
            case SECRETS_STORED, SECRET_GENERATED, SECRET_REPLACED, SECRET_RENAMED, SECRET_DELETED -> true;
            default -> false;
        };
    }

    /** Sends a request whose answer has a head, and holds that against the log, which is brought up to it. */
    Answer ask(Request.Builder request, ResultCase expected) throws KeyClientException {
        catchUp();
        Answer answer = askAhead(request, expected);
        try {
            catchUp();
            return answer;
        } catch (KeyClientException e) {
            answer.close();
            throw changes(expected) ? e.uncertain() : e;
        } catch (RuntimeException e) {
            answer.close();
            throw e;
        }
    }

    /** Like {@link #ask}, but of the log it takes in only what comes with the answer. */
    Answer askAhead(Request.Builder request, ResultCase expected) throws KeyClientException {
        VerifiedLog.Mark mark = log.mark();
        try {
            Request numbered = request.setKnownAuditN(mark.head().n()).build();
            return absorbed(mark, askUnlogged(numbered, expected));
        } catch (KeyClientException | RuntimeException e) {
            mark.close();
            throw e;
        }
    }

    /** Takes in an answer that was got in another way. */
    Answer absorbed(VerifiedLog.Mark mark, Response response) throws KeyClientException {
        dev.latchkey.protocol.wire.AuditHead head = Answers.head(response);
        AuditHead read = AuditHead.read(head);
        log.absorb(mark, read, entries(head.getEntriesList()));
        return new Answer(mark, response, read);
    }

    /** Reads what is missing up to the newest head that the server has stated. */
    void catchUp() throws KeyClientException {
        catchUp(deadlineOfReading());
    }

    /** The same, all of it before {@code until}. */
    void catchUp(Deadline until) throws KeyClientException {
        if (log.isComplete()) {
            return;
        }
        synchronized (catchingUp) {
            if (!log.isComplete()) {
                settings.announce(Step.READING_HISTORY);
            }
            // To where the log stood, not to where it stands when that was read: else it could grow for ever.
            long goal = log.newest().n();
            while (log.tip().n() < goal) {
                readOn(goal, until);
            }
        }
    }

    /** When the reading of a log that begins now must have come to its end. */
    Deadline deadlineOfReading() {
        return channel.newDeadline(DEADLINES_OF_READING);
    }

    private void readOn(long goal, Deadline until) throws KeyClientException {
        try (VerifiedLog.Mark from = log.mark()) {
            long missing = goal - from.head().n();
            int limit = (int) Math.min(MAX_READ, missing);
            if (limit < 1) {
                return;
            }
            var answer = read(from.head().n() + 1, limit, from.head().n() + limit, until);
            AuditHead head = AuditHead.read(answer.getAudit());
            List<AuditEntry> entries = new ArrayList<>(entries(answer.getEntriesList()));
            if (entries.size() != limit || head.n() < from.head().n() + limit) {
                throw Answers.unexpected();
            }
            entries.addAll(entries(answer.getAudit().getEntriesList()));
            log.follow(from.head(), entries, null);
            if (head.n() <= log.tip().n()) {
                log.state(head);
            }
        }
    }

    /** Reads entries as the server gives them, unverified; {@code until} is when all of the reading ends. */
    dev.latchkey.protocol.wire.AuditLogRead read(long from, int limit, long known, Deadline until)
            throws KeyClientException {
        Request request = Request.newBuilder()
                .setReadAuditLog(ReadAuditLog.newBuilder().setFrom(from).setLimit(limit))
                .setKnownAuditN(known)
                .build();
        return askUnlogged(
                        request,
                        ResultCase.AUDIT_LOG_READ,
                        channel.newDeadline(1).minimum(until))
                .getAuditLogRead();
    }

    /** Asks the server where the log stands now. */
    Answer refresh() throws KeyClientException {
        catchUp();
        ReadAuditLog newest =
                ReadAuditLog.newBuilder().setFrom(log.tip().n() + 1).setLimit(1).build();
        return ask(Request.newBuilder().setReadAuditLog(newest), ResultCase.AUDIT_LOG_READ);
    }

    VerifiedLog log() {
        return log;
    }

    /** The session's own. */
    SessionId id() {
        return channel.id();
    }

    static List<AuditEntry> entries(List<ByteString> encoded) throws KeyClientException {
        List<AuditEntry> entries = new ArrayList<>(encoded.size());
        try {
            for (ByteString bytes : encoded) {
                entries.add(AuditEntry.parse(bytes.toByteArray()));
            }
        } catch (MalformedException e) {
            throw Answers.unexpected();
        }
        return entries;
    }

    private void requireSize(Request request) throws KeyClientException {
        if (request.getSerializedSize() > limits.maxMessageBytes()) {
            throw new KeyClientException(
                    Reason.LIMIT_REACHED,
                    "The server does not take messages of this size. Nothing was sent. Store less at once.");
        }
    }
}
