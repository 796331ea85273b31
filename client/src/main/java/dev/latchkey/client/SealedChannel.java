package dev.latchkey.client;

import com.google.protobuf.ByteString;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.Transport.Repeat;
import dev.latchkey.protocol.ChannelKeys;
import dev.latchkey.protocol.Direction;
import dev.latchkey.protocol.IntegrityException;
import dev.latchkey.protocol.MalformedException;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.WireRules;
import dev.latchkey.protocol.wire.CloseSession;
import dev.latchkey.protocol.wire.KeyServerGrpc.KeyServerBlockingStub;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.SealedCall;
import dev.latchkey.protocol.wire.SealedMessage;
import io.grpc.Deadline;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;

/**
 * The requests of one open session, sealed on their way up, and the answers opened and matched to them.
 *
 * <p>Safe for use by several threads. Owns the channel keys; closing wipes them, and requests under way then end with
 * {@link Reason#SESSION_ENDED}.
 */
final class SealedChannel implements AutoCloseable {

    private static final int GOODBYE_SECONDS = 2;

    private final Transport transport;
    private final SessionId id;
    private final ChannelKeys keys;
    private final SecureRandom random;
    private final RequestWindow window = new RequestWindow();
    private boolean closed;

    SealedChannel(Transport transport, SessionId id, ChannelKeys keys, SecureRandom random) {
        this.transport = transport;
        this.id = id;
        this.keys = keys;
        this.random = random;
    }

    SessionId id() {
        return id;
    }

    /** A moment so many deadlines from now. */
    Deadline newDeadline(int deadlines) {
        return transport.newDeadline(deadlines);
    }

    /**
     * Sends a request and gives its answer, whatever that says.
     *
     * @param repeat when the same request, sealed anew under another number, may be sent again
     */
    Response ask(Request request, Repeat repeat, Deadline until) throws KeyClientException {
        byte[] body = request.toByteArray();
        return transport.ask(calls -> attempt(calls, body, until), repeat, until);
    }

    /**
     * Sends a request that the server must act on at most once, and gives its answer.
     *
     * <p>It is sealed once. While the server is too busy for it, the same bytes are sent again under the same number, so
     * that the server takes only one of them, whatever it said of the others.
     */
    Response askOnce(Request request) throws KeyClientException {
        Deadline until = transport.newDeadline();
        long seq = window.enter(until);
        try {
            SealedCall call = seal(seq, request.toByteArray());
            return transport.ask(calls -> open(calls.call(call), seq), Repeat.IF_BUSY, until);
        } finally {
            window.leave(seq);
        }
    }

    private Response attempt(KeyServerBlockingStub calls, byte[] body, Deadline until) throws KeyClientException {
        long seq = window.enter(until);
        try {
            return open(calls.call(seal(seq, body)), seq);
        } finally {
            window.leave(seq);
        }
    }

    private synchronized SealedCall seal(long seq, byte[] body) throws KeyClientException {
        requireOpen();
        byte[] sealed = keys.seal(Direction.CLIENT_TO_SERVER, id, seq, body, random);
        return SealedCall.newBuilder()
                .setSessionId(ByteString.copyFrom(id.toByteArray()))
                .setSealed(ByteString.copyFrom(sealed))
                .build();
    }

    /** Opens the server's message that must bear {@code seq}. */
    synchronized Response open(SealedMessage message, long seq) throws KeyClientException {
        requireOpen();
        try {
            ChannelKeys.Opened opened = keys.open(
                    Direction.SERVER_TO_CLIENT, id, message.getSealed().toByteArray());
            if (opened.seq() != seq) {
                throw Answers.unexpected();
            }
            return WireRules.parse(Response.getDefaultInstance(), opened.body());
        } catch (IntegrityException e) {
            throw new KeyClientException(
                    Reason.INTEGRITY,
                    "The server's answer is not sealed for this session: it was altered, or made by somebody else. It "
                            + "was not used.",
                    e);
        } catch (MalformedException e) {
            throw new KeyClientException(
                    Reason.INTEGRITY,
                    "The server sent an answer that has not the form it must have, so it was not used.",
                    e);
        }
    }

    private void requireOpen() throws KeyClientException {
        if (closed) {
            throw new KeyClientException(
                            Reason.SESSION_ENDED,
                            "The session was closed while a request was under way; whether that was carried out is not known. "
                                    + "Log in again to go on.")
                    .uncertain();
        }
    }

    /** Tells the server, if it can be told at once, that the session ends, and wipes the keys. */
    void hangUp() {
        Request goodbye = Request.newBuilder()
                .setCloseSession(CloseSession.getDefaultInstance())
                .build();
        try {
            ask(goodbye, Repeat.NEVER, Deadline.after(GOODBYE_SECONDS, TimeUnit.SECONDS));
        } catch (KeyClientException e) {
            // The server ends it by itself when it has been idle long enough.
        } finally {
            close();
        }
    }

    /** Wipes the keys; the server is not told. */
    @Override
    public synchronized void close() {
        closed = true;
        keys.close();
    }
}
