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
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets bytes that are no protobuf message reach the one place that refuses malformed messages. gRPC would answer them by
 * itself, and as if the server were at fault. They come through as the empty message, which breaks the bounds of every
 * request there is. A message is bytes, no more than came, until its call is complete: what is made of them may be larger, and a
 * peer can let it wait.
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
        return ServerInterceptors.intercept(
                ServerInterceptors.useMarshalledMessages(admitting.build(), new Bytes()), new KeptUntilComplete());
    }

    private static <Q, A> ServerMethodDefinition<Q, A> admit(ServerMethodDefinition<Q, A> method) {
        MethodDescriptor<Q, A> descriptor = method.getMethodDescriptor();
        Marshaller<Q> requests = new Admitting<>((PrototypeMarshaller<Q>) descriptor.getRequestMarshaller());
        return ServerMethodDefinition.create(
                descriptor.toBuilder(requests, descriptor.getResponseMarshaller())
                        .build(),
                method.getServerCallHandler());
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

    /** A message as it came. */
    private static final class Bytes implements Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] bytes) {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
        }
    }

    /** Hands a message on when there is something to be done with it. */
    private static final class KeptUntilComplete implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
                private final List<Q> kept = new ArrayList<>();

                @Override
                public void onMessage(Q message) {
                    kept.add(message);
                }

                @Override
                public void onHalfClose() {
                    kept.forEach(super::onMessage);
                    kept.clear();
                    super.onHalfClose();
                }
            };
        }
    }
}
