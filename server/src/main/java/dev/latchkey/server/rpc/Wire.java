package dev.latchkey.server.rpc;

import com.google.protobuf.ByteString;
import dev.latchkey.protocol.wire.AuditHead;
import dev.latchkey.protocol.wire.KsfParameters;
import dev.latchkey.server.store.AuditLog;

/** The server's values in the wire's words. */
final class Wire {
    private Wire() {}

    static KsfParameters ksf(dev.latchkey.opaque.KsfParameters ksf) {
        return KsfParameters.newBuilder()
                .setMemoryKib(ksf.memoryKib())
                .setIterations(ksf.iterations())
                .setParallelism(ksf.parallelism())
                .build();
    }

    static AuditHead head(AuditLog.Head head) {
        return AuditHead.newBuilder()
                .setN(head.n())
                .setHead(ByteString.copyFrom(head.head()))
                .build();
    }
}
