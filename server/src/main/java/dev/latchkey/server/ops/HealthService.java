package dev.latchkey.server.ops;

import dev.latchkey.protocol.wire.KeyServerGrpc;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * gRPC's health protocol, following {@link Readiness}. It answers who asks and watches for nobody: a watch is a call without an
 * end, of which strangers could open as many as there is room for. The protocol allows that.
 */
public final class HealthService extends HealthGrpc.HealthImplBase {
    private final Readiness readiness;

    public HealthService(Readiness readiness) {
        this.readiness = readiness;
    }

    @Override
    public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
        String service = request.getService();
        if (!service.isEmpty() && !service.equals(KeyServerGrpc.SERVICE_NAME)) {
            observer.onError(Status.NOT_FOUND.withDescription("unknown service").asException());
            return;
        }
        // Fails only for a call that is over by then, and of that there is nobody to be told.
        CompletableFuture<Void> unused = readiness.ask().thenAccept(refusal -> answer(refusal, observer));
    }

    private static void answer(Optional<String> refusal, StreamObserver<HealthCheckResponse> observer) {
        observer.onNext(HealthCheckResponse.newBuilder()
                .setStatus(refusal.isEmpty() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING)
                .build());
        observer.onCompleted();
    }
}
