package dev.latchkey.server.rpc;

import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.Request.OperationCase;
import io.grpc.Context;
import java.util.Optional;

/**
 * Is told what becomes of what calls ask for, beyond their status. It learns kinds and never whose they were. Told outside of
 * transactions, which may run again and in any thread.
 */
public interface Tally {
    /** That of the call under way; counts nothing where nobody counts. */
    Context.Key<Tally> OF_CALL = Context.keyWithDefault("latchkey-tally", new Tally() {});

    /** What became of a unit of a guess budget that a login asked for. */
    enum Guess {
        TAKEN,
        REFUSED
    }

    /** A step of a handshake: KE2 was made, KE3 was good, KE3 was not or its handshake is unknown. */
    enum Handshake {
        BEGUN,
        COMPLETED,
        REFUSED
    }

    /** Which bound a call met that was asked to come back later. */
    enum Bound {
        /** The rate of all that is begun at this server. */
        SERVER,
        /** That of all the networks of one site. */
        SITE,
        /** That of an address. */
        ADDRESS,
        /** That of an account name or of a device. */
        ACCOUNT,
        /** Handshakes, registrations, changes or sessions that the store keeps at once. */
        ROOM,
        /** Calls that wait, for their peers or for their turn. */
        CALLS
    }

    default void guess(Guess what) {}

    default void handshake(Handshake what) {}

    default void bound(Bound what) {}

    /**
     * An operation in a session has been answered.
     *
     * @param failure what the answer says, if it was not done
     */
    default void operation(OperationCase operation, Optional<FailureCode> failure) {}
}
