package dev.latchkey.client.testserver;

import com.google.protobuf.ByteString;
import dev.latchkey.protocol.ChannelKeys;
import dev.latchkey.protocol.ReplayWindow;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.wire.SessionKind;

/** An open session. */
final class Session {

    final SessionId id;
    final ChannelKeys keys;
    final SessionKind kind;
    final Claimant who;
    ReplayWindow window = ReplayWindow.EMPTY;

    /** The change of the password that was begun here, or null. */
    PasswordChange change;

    /** The device it is used from, or null. */
    ByteString device;

    Session(SessionId id, ChannelKeys keys, SessionKind kind, Claimant who) {
        this.id = id;
        this.keys = keys;
        this.kind = kind;
        this.who = who;
    }
}
