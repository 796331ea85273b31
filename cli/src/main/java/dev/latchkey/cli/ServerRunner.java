package dev.latchkey.cli;

import dev.latchkey.server.KeyServer;
import dev.latchkey.server.ServerOptions;
import dev.latchkey.server.ServerStartException;
import dev.latchkey.server.StoreMaintenance;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Starts a server, and keeps it running until it is asked to stop. */
final class ServerRunner {

    private static final Duration DRAIN = Duration.ofSeconds(15);

    private final Surroundings surroundings;
    private final AtomicReference<KeyServer> running = new AtomicReference<>();

    ServerRunner(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /**
     * Has the server look at its certificate whenever the process is asked to. Before {@link #run}, for a process that is asked
     * and does not listen ends.
     */
    ServerRunner reloading() {
        surroundings.stop().onReload(() -> {
            KeyServer server = running.get();
            if (server != null) {
                server.reload();
            }
        });
        return this;
    }

    /**
     * Runs a server.
     *
     * @param started is told the address once clients can connect
     */
    void run(ServerConfig config, Consumer<ListenAddress> started) throws CommandFailure {
        Logs.forServer(config.operations().log());
        try (KeyServer server = start(config)) {
            running.set(server);
            started.accept(new ListenAddress(config.listen().host(), server.port()));
            surroundings.stop().await(() -> server.shutdown(DRAIN));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static KeyServer start(ServerConfig config) throws CommandFailure {
        try {
            return KeyServer.start(options(config));
        } catch (ServerStartException e) {
            throw explain(e, "The server was not started; what was stored before is as it was.");
        }
    }

    /** What a server with this configuration is started with. */
    static ServerOptions options(ServerConfig config) throws CommandFailure {
        ServerOptions.Builder options = options(config, address(config.listen()));
        if (config.operations().listen().isPresent()) {
            options.operations(address(config.operations().listen().get()));
        }
        return options.build();
    }

    private static InetSocketAddress address(ListenAddress listen) throws CommandFailure {
        InetSocketAddress address = new InetSocketAddress(listen.host(), listen.port());
        if (address.isUnresolved()) {
            throw new CommandFailure(
                    FailureCode.ADDRESS,
                    "The host \"" + listen.host() + "\" to listen on is not known.",
                    "The server was not started.",
                    "If its name is right, wait until it can be looked up; or name one of this machine's addresses, or [::] for"
                            + " all of them.");
        }
        return address;
    }

    /** What can be done to its database beside the server. */
    static StoreMaintenance maintenance(ServerConfig config) {
        return new StoreMaintenance(withoutAddress(config));
    }

    /** The same for what is done to its database beside it, and needs none of its addresses. */
    static ServerOptions withoutAddress(ServerConfig config) {
        return options(config, InetSocketAddress.createUnresolved("unused", 0)).build();
    }

    private static ServerOptions.Builder options(ServerConfig config, InetSocketAddress address) {
        ServerOptions.Builder options = ServerOptions.builder()
                .listen(address)
                .storage(config.storage())
                .certificate(config.tls().certificate())
                .certificateKey(config.tls().key())
                .rootKey(config.rootKey())
                .throughput(config.traffic().throughput())
                .trustedProxies(config.traffic().proxies())
                .grace(config.operations().grace())
                .reflection(config.operations().reflection());
        config.operations().traces().ifPresent(options::traces);
        config.operator().socket().ifPresent(options::adminSocket);
        return options;
    }

    /** @param kept what was kept or changed */
    static CommandFailure explain(ServerStartException e, String kept) {
        List<String> sentences = new ArrayList<>(Sentences.of(e.getMessage()));
        String what = sentences.remove(0);
        sentences.removeIf(sentence -> sentence.startsWith("Nothing was changed"));
        return new CommandFailure(
                        code(e.reason()),
                        what,
                        kept,
                        sentences.isEmpty() ? advice(e.reason()) : String.join(" ", sentences))
                .because(e);
    }

    private static String advice(ServerStartException.Reason reason) {
        return reason == ServerStartException.Reason.ADDRESS
                ? "Stop what uses it, or choose another: listen in the configuration, or --port with --dev."
                : "Put that right and start it again.";
    }

    /** The code under which a refusal to start is known. */
    static FailureCode code(ServerStartException.Reason reason) {
        return switch (reason) {
            case ADDRESS -> FailureCode.ADDRESS;
            case ADMIN_SOCKET -> FailureCode.ADMIN_SOCKET;
            case CERTIFICATE -> FailureCode.CERTIFICATE;
            case OPEN_PERMISSIONS -> FailureCode.OPEN_PERMISSIONS;
            case ROOT_KEY -> FailureCode.ROOT_KEY;
            case ROOT_KEY_REFUSED -> FailureCode.ROOT_KEY_REFUSED;
            case STORAGE -> FailureCode.STORAGE;
        };
    }
}
