package dev.latchkey.server.rpc;

import dev.latchkey.protocol.wire.Failure;
import dev.latchkey.protocol.wire.FailureCode;

/** An operation that was understood and can't be done. Thrown inside a transaction it rolls everything back. */
final class OperationFailure extends Refused {
    private static final long serialVersionUID = 1L;

    private final FailureCode code;
    private final int item;

    OperationFailure(FailureCode code) {
        this(code, 0);
    }

    OperationFailure(FailureCode code, int item) {
        super(code.name());
        this.code = code;
        this.item = item;
    }

    Failure toFailure() {
        return Failure.newBuilder().setCode(code).setItem(item).build();
    }
}
