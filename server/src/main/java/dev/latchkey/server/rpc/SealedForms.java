package dev.latchkey.server.rpc;

import com.google.protobuf.ByteString;
import dev.latchkey.protocol.SecretEnvelope;
import dev.latchkey.protocol.wire.FailureCode;

/** Holds what a client says it has sealed to the form of sealed things: the server's own mark is not a client's to use. */
final class SealedForms {
    private SealedForms() {}

    /** @param item which of several it belongs to */
    static byte[] require(ByteString sealed, int item) throws OperationFailure {
        byte[] bytes = sealed.toByteArray();
        if (!SecretEnvelope.looksSealed(bytes)) {
            throw new OperationFailure(FailureCode.FAILURE_CODE_MALFORMED, item);
        }
        return bytes;
    }
}
