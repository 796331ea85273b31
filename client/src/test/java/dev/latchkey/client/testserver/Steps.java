package dev.latchkey.client.testserver;

import com.google.protobuf.ByteString;
import dev.latchkey.opaque.ServerKeyPair;
import dev.latchkey.protocol.wire.KsfParameters;
import dev.latchkey.protocol.wire.OpenSessionRequest;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.SealedCall;
import dev.latchkey.protocol.wire.SessionOpened;
import dev.latchkey.protocol.wire.StartLoginResponse;
import dev.latchkey.protocol.wire.StoredSecret;
import io.grpc.StatusException;
import java.util.List;

/**
 * The steps of a server at which a test may make it lie or fail: each gets what the honest server would do, and does it
 * unless it is overridden.
 */
public class Steps {

    /** The stretching that is asked for at registration, at login and for a new password. */
    protected KsfParameters ksf(KsfParameters honest) {
        return honest;
    }

    /** The key pair that answers the first message of a registration, also that of a new password. */
    protected ServerKeyPair keyPairOfRegistration(ServerKeyPair honest) {
        return honest;
    }

    /** The answer to the first message of a registration, also to that of a new password. */
    protected ByteString registrationResponse(ByteString request, ByteString honest) {
        return honest;
    }

    /** The key pair that answers a login, also the one inside a registration or a change of password. */
    protected ServerKeyPair keyPairOfLogin(ServerKeyPair honest) {
        return honest;
    }

    /** The KE2 that answers a login, also the one inside a registration or a change of password. */
    protected ByteString ke2(ByteString ke1, ByteString honest) {
        return honest;
    }

    /** Runs before a KE1 is looked at. */
    protected void beforeLogin() throws StatusException {}

    /** The answer to a KE1. */
    protected StartLoginResponse loginStarted(StartLoginResponse honest) {
        return honest;
    }

    /** Runs before a KE3 is looked at. */
    protected void beforeReading(OpenSessionRequest request) throws StatusException {}

    /** What the server says when a session opens; throwing loses it. */
    protected SessionOpened opened(SessionOpened honest) throws StatusException {
        return honest;
    }

    /** Runs before a sealed request is looked at. */
    protected void beforeReading(SealedCall call) throws StatusException {}

    /** Runs when a sealed request has been opened and its number spent, before it is carried out. */
    protected void beforeCarryingOut(Request request) throws StatusException {}

    /** The encrypted storage key that is returned. */
    protected ByteString storageKey(ByteString honest) {
        return honest;
    }

    /** The secret that is returned; {@code all} are the account's, in the order they came. */
    protected StoredSecret secret(StoredSecret honest, List<StoredSecret> all) {
        return honest;
    }

    /** The answer to a request that has been carried out; throwing loses it. */
    protected Response answer(Request request, Response honest) throws StatusException {
        return honest;
    }

    /** The number an answer bears; SessionOpened answers 0. */
    protected long seqOfAnswer(long seqOfRequest) {
        return seqOfRequest;
    }

    /** The sealed bytes of an answer, {@code request} being those it answers; SessionOpened is not among them. */
    protected ByteString sealed(ByteString request, ByteString honest) {
        return honest;
    }
}
