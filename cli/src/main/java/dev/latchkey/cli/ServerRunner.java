package dev.latchkey.cli;

import dev.latchkey.server.KeyServer;
import dev.latchkey.server.ServerOptions;
import dev.latchkey.server.ServerStartException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Starts a server, and keeps it running until it is asked to stop. */
final class ServerRunner {

    private static final Duration DRAIN = Duration.ofSeconds(15);

    private final Surroundings surroundings;

    ServerRunner(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /**
     * Runs a server.
     *
     * @param started is told the address once clients can connect
     */
    void run(ServerConfig config, Consumer<ListenAddress> started) throws CommandFailure {
        Logs.forServer();
        try (KeyServer server = start(config)) {
            started.accept(new ListenAddress(config.listen().host(), server.port()));
            surroundings.stop().await(() -> server.shutdown(DRAIN));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static KeyServer start(ServerConfig config) throws CommandFailure {
        InetSocketAddress address =
                new InetSocketAddress(config.listen().host(), config.listen().port());
        if (address.isUnresolved()) {
            throw new CommandFailure(
                    FailureCode.INVALID_CONFIGURATION,
                    "The host \"" + config.listen().host() + "\" to listen on is not known.",
                    "The server was not started, and nothing was changed.",
                    "Name one of this machine's addresses, or [::] for all of them.");
        }
        try {
            return KeyServer.start(ServerOptions.builder()
                    .listen(address)
                    .database(config.database())
                    .certificate(config.tls().certificate())
                    .certificateKey(config.tls().key())
                    .rootKey(config.rootKey())
                    .build());
        } catch (ServerStartException e) {
            throw explain(e);
        }
    }

    private static CommandFailure explain(ServerStartException e) {
        List<String> sentences = Sentences.of(e.getMessage());
        return new CommandFailure(
                        code(e.reason()),
                        sentences.get(0),
                        "The server was not started, and nothing was changed.",
                        sentences.size() > 1
                                ? String.join(" ", sentences.subList(1, sentences.size()))
                                : "Put that right and start it again.")
                .because(e);
    }

    private static FailureCode code(ServerStartException.Reason reason) {
        return switch (reason) {
            case ADDRESS -> FailureCode.ADDRESS;
            case CERTIFICATE -> FailureCode.CERTIFICATE;
            case OPEN_PERMISSIONS -> FailureCode.OPEN_PERMISSIONS;
            case ROOT_KEY -> FailureCode.ROOT_KEY;
            case STORAGE -> FailureCode.STORAGE;
        };
    }
}
