package dev.latchkey.bench;

import com.google.protobuf.ByteString;
import dev.latchkey.opaque.ClientLogin;
import dev.latchkey.opaque.ClientLoginResult;
import dev.latchkey.opaque.Identities;
import dev.latchkey.opaque.Ke2;
import dev.latchkey.opaque.OpaqueClient;
import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.wire.KeyServerGrpc.KeyServerBlockingStub;
import dev.latchkey.protocol.wire.OpenSessionRequest;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.protocol.wire.StartLoginRequest;
import dev.latchkey.protocol.wire.StartLoginResponse;
import java.security.SecureRandom;

/** Logins of which only the two round trips are timed, and not what the owner's device does between them. */
final class TimedLogin {

    private final KeyServerBlockingStub stub;
    private final OpaqueClient opaque = new OpaqueClient(new SecureRandom());

    TimedLogin(KeyServerBlockingStub stub) {
        this.stub = stub;
    }

    /** Logs in; gives the µs that StartLogin and OpenSession took. */
    double micros(AccountName name, Password password) throws OpaqueException {
        try (ClientLogin login = opaque.startLogin(password.utf8())) {
            StartLoginRequest start = StartLoginRequest.newBuilder()
                    .setAccountName(name.value())
                    .setKind(SessionKind.SESSION_KIND_REQUEST)
                    .setKe1(ByteString.copyFrom(login.ke1().toByteArray()))
                    .build();
            long begun = System.nanoTime();
            StartLoginResponse started = stub.startLogin(start);
            long nanos = System.nanoTime() - begun;
            Ke2 ke2 = Ke2.parse(started.getKe2().toByteArray());
            try (ClientLoginResult result = login.finish(ke2, Identities.ofClient(name.utf8()), Deployment.KSF)) {
                OpenSessionRequest open = OpenSessionRequest.newBuilder()
                        .setSessionId(started.getSessionId())
                        .setKe3(ByteString.copyFrom(result.ke3().toByteArray()))
                        .build();
                long resumed = System.nanoTime();
                stub.openSession(open);
                return (nanos + System.nanoTime() - resumed) / 1e3;
            }
        }
    }
}
