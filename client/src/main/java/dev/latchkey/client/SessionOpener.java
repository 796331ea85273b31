package dev.latchkey.client;

import com.google.protobuf.ByteString;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.Transport.Repeat;
import dev.latchkey.opaque.ClientLoginResult;
import dev.latchkey.protocol.ChannelKeys;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.Transcript;
import dev.latchkey.protocol.wire.OpenSessionRequest;
import dev.latchkey.protocol.wire.Response.ResultCase;
import dev.latchkey.protocol.wire.SealedMessage;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.protocol.wire.SessionOpened;

/** The end of every handshake: KE3 goes up, and the server proves with the first sealed message that it has the same keys. */
final class SessionOpener {

    /** The number of the server's first message. */
    private static final long FIRST_SEQ = 0;

    private final Transport transport;
    private final ClientSettings settings;

    SessionOpener(Transport transport, ClientSettings settings) {
        this.transport = transport;
        this.settings = settings;
    }

    /** An open session: its channel, which the receiver closes, and what the server says of it, the kind checked. */
    static final class Opened {

        private final SealedChannel channel;
        private final SessionOpened message;

        private Opened(SealedChannel channel, SessionOpened message) {
            this.channel = channel;
            this.message = message;
        }

        SealedChannel channel() {
            return channel;
        }

        SessionOpened message() {
            return message;
        }
    }

    Opened open(SessionKind kind, SessionId id, ClientLoginResult login, Transcript transcript)
            throws KeyClientException {
        settings.announce(Step.OPENING_SESSION);
        ChannelKeys keys = ChannelKeys.derive(login.sessionKey(), id, transcript);
        SealedChannel channel = new SealedChannel(transport, id, keys, settings.random());
        try {
            OpenSessionRequest request = OpenSessionRequest.newBuilder()
                    .setSessionId(ByteString.copyFrom(id.toByteArray()))
                    .setKe3(ByteString.copyFrom(login.ke3().toByteArray()))
                    .build();
            // Repeated, for a login that stops here stays counted as a guess. A KE3 consumes its handshake, so a second
            // one opens nothing.
            SealedMessage answer =
                    transport.ask(calls -> calls.openSession(request), Repeat.IF_UNAVAILABLE, transport.newDeadline());
            SessionOpened message = Answers.require(ResultCase.SESSION_OPENED, channel.open(answer, FIRST_SEQ))
                    .getSessionOpened();
            if (message.getKind() != kind) {
                throw Answers.unexpected();
            }
            return new Opened(channel, message);
        } catch (KeyClientException e) {
            channel.close();
            // The handshake is gone: with the node that took its KE3, or with a database that failed over.
            throw e.reason() == Reason.SESSION_ENDED ? tooLate().inOutage() : e;
        } catch (RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static KeyClientException tooLate() {
        return new KeyClientException(
                Reason.SESSION_ENDED,
                "The server did not take the end of the handshake: it came too late, or the answer to it was lost on the "
                        + "way. Nothing was changed. Try again.");
    }
}
