package dev.latchkey.e2e;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.ChannelKeys;
import dev.latchkey.protocol.SessionId;

/** A handshake whose KE2 the client has verified and whose KE3 it has not sent. */
final class RawHandshake {
    private final SessionId sessionId;
    private final byte[] ke3;
    private final ChannelKeys keys;
    private final SecretBytes exportKey;

    RawHandshake(SessionId sessionId, byte[] ke3, ChannelKeys keys, SecretBytes exportKey) {
        this.sessionId = sessionId;
        this.ke3 = ke3;
        this.keys = keys;
        this.exportKey = exportKey;
    }

    SessionId sessionId() {
        return sessionId;
    }

    byte[] ke3() {
        return ke3.clone();
    }

    ChannelKeys keys() {
        return keys;
    }

    SecretBytes exportKey() {
        return exportKey;
    }

    /** The same with another proof, as somebody without the password would send it. */
    RawHandshake withKe3(byte[] other) {
        return new RawHandshake(sessionId, other, keys, exportKey);
    }
}
