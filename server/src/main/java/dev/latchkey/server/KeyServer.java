package dev.latchkey.server;

import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.opaque.OpaqueServer;
import dev.latchkey.opaque.ServerKeyPair;
import dev.latchkey.server.ServerStartException.Reason;
import dev.latchkey.server.admin.AdminSocket;
import dev.latchkey.server.admin.AdminSocketException;
import dev.latchkey.server.ops.Operations;
import dev.latchkey.server.peer.PeerTransport;
import dev.latchkey.server.rpc.KeyServerService;
import dev.latchkey.server.rpc.MalformedMessages;
import dev.latchkey.server.rpc.ThroughputGate;
import dev.latchkey.server.store.ClockOffset;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.jdbc.Stores.Migrated;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running key server: one listener, TLS 1.3 only, over one store. */
public final class KeyServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KeyServer.class);

    private static final Duration PURGE_INTERVAL = Duration.ofMinutes(1);
    private static final Duration LOOK_AT_CERTIFICATE = Duration.ofSeconds(30);
    private static final Duration DRAIN = Duration.ofSeconds(15);

    private final ServerStorage storage;
    private final Operations operations;
    private final ServerCertificate certificate;
    private final Duration grace;
    private final ServerKeyPair keyPair;
    private final Intake intake;
    private final ScheduledExecutorService housekeeper;
    private PeerTransport transport;
    private Server server;
    private AdminSocket admin;
    private ScheduledFuture<?> purging;
    private ScheduledFuture<?> watching;
    private boolean started;

    private KeyServer(
            ServerOptions options, ServerCertificate certificate, ServerStorage storage, ServerKeyPair keyPair) {
        this.storage = storage;
        this.operations =
                Operations.of(storage.store(), options.operations().isPresent(), options.traces(), options.random());
        this.certificate = certificate;
        this.grace = options.grace();
        this.keyPair = keyPair;
        this.intake = Intake.ofThisMachine(named("latchkey-worker"), named("latchkey-timer"));
        // Apart from the intake's timer: a purge may wait for the database, and deadlines must not wait with it.
        this.housekeeper = Executors.newSingleThreadScheduledExecutor(named("latchkey-housekeeper"));
    }

    /**
     * Opens the store and listens. Refuses, and changes nothing, where key files, database and certificate are not what
     * they must be.
     */
    public static KeyServer start(ServerOptions options) throws ServerStartException {
        ServerCertificate certificate =
                ServerCertificate.load(options.certificate(), options.certificateKey(), Clock.systemUTC());
        ServerStorage storage = ServerStorage.open(options);
        KeyServer server = new KeyServer(options, certificate, storage, keyPair(storage));
        try {
            server.listen(options);
            server.started = true;
            return server;
        } finally {
            if (!server.started) {
                server.close();
            }
        }
    }

    /**
     * Brings the store's tables to this version's form and starts nothing; other servers that try the same wait and find
     * it done. {@link #start} does it too, if the tables are not in that form.
     */
    public static Migrated migrate(ServerOptions options) throws ServerStartException {
        return ServerStorage.migrate(options);
    }

    private static ServerKeyPair keyPair(ServerStorage storage) throws ServerStartException {
        try {
            return ServerKeyPair.of(storage.store().deployment().serverPrivateKey());
        } catch (OpaqueException damaged) {
            storage.close();
            throw new ServerStartException(
                    Reason.STORAGE,
                    "The database's server key is damaged. It was not changed; bring the database back from a backup.",
                    damaged);
        }
    }

    private void listen(ServerOptions options) throws ServerStartException {
        if (options.adminSocket().isPresent()) {
            openAdminSocket(options.adminSocket().get(), options);
        }
        at(options.listen(), () -> listenForClients(options));
        // Behind it: nobody is to hear that a server is ready that does not listen yet.
        if (options.operations().isPresent()) {
            InetSocketAddress address = options.operations().get();
            at(address, () -> operations.listen(address, certificate::notAfter, Clock.systemUTC()));
        }
    }

    private void openAdminSocket(Path socket, ServerOptions options) throws ServerStartException {
        try {
            admin = AdminSocket.open(
                    socket, storage.store(), storage.backups(options), options.random(), AdminSocket.DEADLINE);
        } catch (AdminSocketException refused) {
            throw new ServerStartException(Reason.ADMIN_SOCKET, refused.getMessage(), refused);
        }
    }

    private static void at(InetSocketAddress address, Listening listening) throws ServerStartException {
        try {
            listening.begin();
        } catch (IOException taken) {
            throw new ServerStartException(
                    Reason.ADDRESS,
                    "The address " + address.getHostString() + ":" + address.getPort()
                            + " can't be listened on: it is in use or not one of this machine's.",
                    taken);
        }
    }

    private void listenForClients(ServerOptions options) throws IOException {
        OpaqueServer opaque = new OpaqueServer(keyPair, options.random());
        ClockOffset offset = options.clockOffset();
        ThroughputGate gate = new ThroughputGate(
                operations.store(),
                options.throughput(),
                () -> System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(offset.millis()));
        NettyServerBuilder builder = NettyServerBuilder.forAddress(options.listen());
        transport = PeerTransport.of(options.trustedProxies(), builder, named("latchkey-transport"));
        if (options.reflection()) {
            builder.addService(ProtoReflectionServiceV1.newInstance());
        }
        builder.sslContext(certificate.context())
                .addService(MalformedMessages.admit(KeyServerService.create(
                        operations.store(), opaque, options.sessionLimits(), gate, options.random())))
                .addService(MalformedMessages.admit(operations.health()));
        intake.equip(builder);
        // A call meets last what was added first.
        List<ServerInterceptor> first = operations.interceptors();
        for (int i = first.size() - 1; i >= 0; i--) {
            builder.intercept(first.get(i));
        }
        server = builder.build().start();
        watching = housekeeper.scheduleWithFixedDelay(
                certificate::lookAgain,
                LOOK_AT_CERTIFICATE.toMillis(),
                LOOK_AT_CERTIFICATE.toMillis(),
                TimeUnit.MILLISECONDS);
        purging = housekeeper.scheduleWithFixedDelay(this::purge, 0, PURGE_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        log.info("listening on port {}", server.getPort());
    }

    /** The port in use, also where any free one was asked for. */
    public int port() {
        return server.getPort();
    }

    /** Takes a certificate that was renewed, without waiting for the next look at its files. */
    public void reload() {
        certificate.lookNow();
    }

    /** The port of probes and metrics; empty if there is none. */
    public OptionalInt operationsPort() {
        return operations.port();
    }

    /**
     * Says that it is not ready, waits for whoever listens to that, takes no new calls, lets those under way end for at most
     * {@code drain}, then stops.
     */
    public void shutdown(Duration drain) {
        operations.drain();
        if (server != null) {
            letGraceEnd();
            purging.cancel(false);
            watching.cancel(false);
            server.shutdown();
            if (!await(drain)) {
                server.shutdownNow();
                await(Duration.ofSeconds(1));
            }
        }
        if (admin != null) {
            admin.close();
        }
        if (transport != null) {
            transport.close();
        }
        housekeeper.shutdownNow();
        intake.close();
        operations.close();
        storage.close();
        keyPair.close();
        if (started) {
            log.info("stopped");
        }
    }

    @Override
    public void close() {
        shutdown(DRAIN);
    }

    /** Once; whoever closes a server that was shut down waits no second time. */
    private void letGraceEnd() {
        if (!started || grace.isZero() || server.isShutdown()) {
            return;
        }
        try {
            new CountDownLatch(1).await(grace.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean await(Duration limit) {
        try {
            return server.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void purge() {
        try {
            operations.store().purge();
        } catch (StoreUnavailableException | RuntimeException failed) {
            log.warn("what has expired or was erased could not be removed; trying again in {}", PURGE_INTERVAL, failed);
        }
    }

    @FunctionalInterface
    private interface Listening {
        void begin() throws IOException;
    }

    private static ThreadFactory named(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
