package dev.latchkey.client;

import com.google.protobuf.Message;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.protocol.MalformedException;
import dev.latchkey.protocol.WireRules;
import dev.latchkey.protocol.wire.KeyServerGrpc.KeyServerBlockingStub;
import dev.latchkey.protocol.wire.OpenSessionRequest;
import dev.latchkey.protocol.wire.SealedCall;
import dev.latchkey.protocol.wire.SealedMessage;
import dev.latchkey.protocol.wire.StartLoginRequest;
import dev.latchkey.protocol.wire.StartLoginResponse;
import dev.latchkey.protocol.wire.StartRegistrationRequest;
import dev.latchkey.protocol.wire.StartRegistrationResponse;
import dev.latchkey.protocol.wire.SubmitRecordRequest;
import dev.latchkey.protocol.wire.SubmitRecordResponse;

/** The five calls of the service, whose answers nobody sees before they have passed the rules of the wire. */
final class CheckedCalls {

    private final KeyServerBlockingStub stub;

    CheckedCalls(KeyServerBlockingStub stub) {
        this.stub = stub;
    }

    StartRegistrationResponse startRegistration(StartRegistrationRequest request) throws KeyClientException {
        return checked(stub.startRegistration(request));
    }

    SubmitRecordResponse submitRecord(SubmitRecordRequest request) throws KeyClientException {
        return checked(stub.submitRecord(request));
    }

    StartLoginResponse startLogin(StartLoginRequest request) throws KeyClientException {
        return checked(stub.startLogin(request));
    }

    SealedMessage openSession(OpenSessionRequest request) throws KeyClientException {
        return checked(stub.openSession(request));
    }

    SealedMessage call(SealedCall request) throws KeyClientException {
        return checked(stub.call(request));
    }

    /** Gives {@code message} back if it keeps the rules that stand beside its fields. */
    static <T extends Message> T checked(T message) throws KeyClientException {
        try {
            WireRules.check(message);
            return message;
        } catch (MalformedException e) {
            throw new KeyClientException(
                    Reason.INTEGRITY,
                    "The server sent an answer that has not the form it must have, so it was not used.",
                    e);
        }
    }
}
