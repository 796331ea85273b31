package dev.latchkey.client;

import com.google.protobuf.Message;
import dev.latchkey.protocol.MalformedException;
import dev.latchkey.protocol.WireRules;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;

/**
 * Lets nobody see an answer that breaks the rules of the wire, and makes no message of one that would be larger than its
 * bytes. The call then fails, with {@link MalformedException} among the causes.
 */
final class CheckedAnswers implements ClientInterceptor {

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        Marshaller<A> answers = new Checking<>((PrototypeMarshaller<A>) method.getResponseMarshaller());
        return next.newCall(
                method.toBuilder(method.getRequestMarshaller(), answers).build(), options);
    }

    private static final class Checking<A> implements Marshaller<A> {

        private final Marshaller<A> plain;
        private final Message empty;

        Checking(PrototypeMarshaller<A> plain) {
            this.plain = plain;
            if (!(plain.getMessagePrototype() instanceof Message message)) {
                throw new IllegalArgumentException("only protobuf messages have rules");
            }
            this.empty = message;
        }

        @Override
        public InputStream stream(A message) {
            return plain.stream(message);
        }

        @Override
        @SuppressWarnings("unchecked")
        public A parse(InputStream stream) {
            try {
                return (A) WireRules.parse(empty, stream.readAllBytes());
            } catch (MalformedException | IOException e) {
                throw Status.INTERNAL.withCause(e).asRuntimeException();
            }
        }
    }
}
