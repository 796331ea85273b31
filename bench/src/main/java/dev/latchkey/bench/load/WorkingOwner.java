package dev.latchkey.bench.load;

import com.google.protobuf.ByteString;
import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.protocol.wire.SealedCall;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.concurrent.ThreadLocalRandom;

/** One owner with an account, an open session, a secret, and a connection of its own; used by one thread at a time. */
final class WorkingOwner implements AutoCloseable {

    /** What a retrieve of one small secret takes on the wire, in bytes, there and back. */
    private static final ByteString ECHOED = ByteString.copyFrom(new byte[106]);

    private static final ByteString ANSWER_OF =
            ByteString.copyFrom(ByteBuffer.allocate(16).putInt(452).array());

    private final String name;
    private final Target target;
    private final SecureRandom random = new SecureRandom();
    private Connection connection;
    private WireOwner owner;
    private WireSession session;
    private ByteString keyId;
    private int accounts;

    /**
     * Where the load goes.
     *
     * @param reuse whether a connection serves all operations, or each has a new one
     */
    record Target(int port, SslContext trust, boolean reuse) {}

    WorkingOwner(String name, Target target) {
        this.name = name;
        this.target = target;
        this.connection = Connection.to(target.port(), target.trust());
    }

    /** Makes ready what operations rest on: an account, a session, a secret. */
    void prepare(Workload workload) throws OpaqueException {
        if (workload != Workload.ECHO) {
            register();
        }
    }

    /** Does one operation and says which; throws whatever goes wrong. */
    Workload run(Workload workload) throws OpaqueException {
        if (!target.reuse()) {
            connection.close();
            connection = Connection.to(target.port(), target.trust());
            if (session != null) {
                session.moveTo(connection);
            }
        }
        Workload next = workload.next(ThreadLocalRandom.current());
        switch (next) {
            case REGISTER -> registerAnother(workload);
            case LOGIN -> logIn();
            case RETRIEVE -> session.retrieve(keyId);
            case STORE -> session.store();
            case ECHO -> echo();
            case MIXED -> throw new IllegalStateException("a mixture is never next");
        }
        return next;
    }

    private void registerAnother(Workload workload) throws OpaqueException {
        if (workload == Workload.MIXED) {
            // The account is left for the new one, so that none grows without end.
            register();
            return;
        }
        try (WireOwner another = new WireOwner(nextName(), random)) {
            another.register(connection);
        }
    }

    private void register() throws OpaqueException {
        if (owner != null) {
            owner.close();
        }
        owner = new WireOwner(nextName(), random);
        owner.register(connection);
        logIn();
        keyId = session.store();
    }

    private void logIn() throws OpaqueException {
        WireSession before = session;
        session = owner.logIn(connection);
        if (before != null) {
            before.close();
        }
    }

    private void echo() {
        connection
                .stub()
                .call(SealedCall.newBuilder()
                        .setSessionId(ANSWER_OF)
                        .setSealed(ECHOED)
                        .build());
    }

    private String nextName() {
        accounts++;
        return name + "-" + accounts;
    }

    @Override
    public void close() {
        if (session != null) {
            session.close();
        }
        if (owner != null) {
            owner.close();
        }
        connection.close();
    }
}
