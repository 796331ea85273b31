package dev.latchkey.client.testserver;

import dev.latchkey.protocol.wire.Failure;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.Response;

/** Says inside the seal that an operation was not done. */
final class Refused extends Exception {

    private static final long serialVersionUID = 1L;

    private final FailureCode code;
    private final int item;

    Refused(FailureCode code) {
        this(code, 0);
    }

    private Refused(FailureCode code, int item) {
        super(code.name(), null, false, false);
        this.code = code;
        this.item = item;
    }

    /** The same refusal, of one of several items. */
    Refused ofItem(int number) {
        return new Refused(code, number);
    }

    Response answer() {
        return Response.newBuilder()
                .setFailure(Failure.newBuilder().setCode(code).setItem(item))
                .build();
    }
}
