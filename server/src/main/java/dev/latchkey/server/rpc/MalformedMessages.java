package dev.latchkey.server.rpc;

import com.google.protobuf.Message;
import dev.latchkey.protocol.MalformedException;
import dev.latchkey.protocol.WireRules;
import io.grpc.BindableService;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets bytes that are no protobuf message reach the one place that refuses malformed messages. gRPC would answer them by
 * itself, and as if the server were at fault. They come through as the empty message, which breaks the bounds of every
 * request there is. So does a message that would be larger than its bytes. A call that ends without any message is refused here.
 */
public final class MalformedMessages {
    private MalformedMessages() {}

    /** The same service, whose requests always parse. */
    public static ServerServiceDefinition admit(BindableService service) {
        ServerServiceDefinition bound = service.bindService();
        List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();
        for (ServerMethodDefinition<?, ?> method : bound.getMethods()) {
            methods.add(admit(method));
        }
        ServiceDescriptor.Builder descriptor = ServiceDescriptor.newBuilder(
                        bound.getServiceDescriptor().getName())
                .setSchemaDescriptor(bound.getServiceDescriptor().getSchemaDescriptor());
        methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
        ServerServiceDefinition.Builder admitting = ServerServiceDefinition.builder(descriptor.build());
        methods.forEach(admitting::addMethod);
        return admitting.build();
    }

    private static <Q, A> ServerMethodDefinition<Q, A> admit(ServerMethodDefinition<Q, A> method) {
        MethodDescriptor<Q, A> descriptor = method.getMethodDescriptor();
        Marshaller<Q> requests = new Admitting<>((PrototypeMarshaller<Q>) descriptor.getRequestMarshaller());
        return ServerMethodDefinition.create(
                descriptor.toBuilder(requests, descriptor.getResponseMarshaller())
                        .build(),
                (call, headers) ->
                        new WithMessage<>(method.getServerCallHandler().startCall(call, headers), call));
    }

    /** A call whose request is one message. */
    private static final class WithMessage<Q> extends SimpleForwardingServerCallListener<Q> {
        private final ServerCall<Q, ?> call;
        private boolean hasMessage;

        WithMessage(ServerCall.Listener<Q> listener, ServerCall<Q, ?> call) {
            super(listener);
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            hasMessage = true;
            super.onMessage(message);
        }

        @Override
        public void onHalfClose() {
            if (hasMessage) {
                super.onHalfClose();
            } else {
                call.close(Statuses.of(Rejection.malformed()).getStatus(), new Metadata());
            }
        }
    }

    private static final class Admitting<Q> implements Marshaller<Q> {
        private final PrototypeMarshaller<Q> strict;
        private final Message empty;

        Admitting(PrototypeMarshaller<Q> strict) {
            this.strict = strict;
            if (!(strict.getMessagePrototype() instanceof Message message)) {
                throw new IllegalArgumentException("only protobuf messages have an empty form");
            }
            this.empty = message;
        }

        @Override
        public InputStream stream(Q message) {
            return strict.stream(message);
        }

        @Override
        @SuppressWarnings("unchecked")
        public Q parse(InputStream stream) {
            try {
                return (Q) WireRules.parse(empty, stream.readAllBytes());
            } catch (MalformedException noMessage) {
                return strict.getMessagePrototype();
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
        }
    }
}
