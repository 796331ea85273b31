package dev.latchkey.cli;

import dev.latchkey.server.peer.TrustedProxies;
import dev.latchkey.server.seal.RootKeySource;
import dev.latchkey.server.store.StoreLocation;
import dev.latchkey.server.store.ThroughputLimits;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What {@code latchkey server run} needs to know.
 *
 * @param listen where to wait for connections
 * @param data where the data is kept
 * @param tls the server's certificate and its key
 * @param traffic who may ask how much
 * @param operator how its operator gets at it
 */
record ServerConfig(ListenAddress listen, Data data, Tls tls, Traffic traffic, Operator operator) {

    StoreLocation storage() {
        return data.storage();
    }

    RootKeySource rootKey() {
        return data.rootKey();
    }

    /** The same, which looks for its root key where the configuration says when it is needed. */
    ServerConfig lookingAgain(ConfiguredRootKey.Configuration configuration) {
        return new ServerConfig(
                listen, new Data(storage(), new ConfiguredRootKey(rootKey(), configuration)), tls, traffic, operator);
    }

    /**
     * Where the data is kept.
     *
     * @param storage the database
     * @param rootKey where the root key is kept, under which it is sealed
     */
    record Data(StoreLocation storage, RootKeySource rootKey) {}

    /** What its operator sees of it. */
    Operations operations() {
        return operator.operations();
    }

    /** The same, which tells clients what there is to be called. */
    ServerConfig forTryingOut() {
        Operations seen = new Operations(
                operations().listen(),
                operations().grace(),
                operations().traces(),
                operations().log(),
                true);
        return new ServerConfig(listen, data, tls, traffic, new Operator(operator.socket(), seen));
    }

    /**
     * The files of the transport's security, both PEM.
     *
     * @param certificate the certificate, and behind it those that lead to its authority
     * @param key its private key, PKCS#8
     */
    record Tls(Path certificate, Path key) {}

    /**
     * What an operator sees of it.
     *
     * @param listen where probes and metrics are answered; empty for nowhere
     * @param grace how long a server that stops says so before it takes no new calls
     * @param traces the collector that traces are sent to, if any
     * @param log how it is written
     * @param reflection whether clients are told what there is to be called
     */
    record Operations(
            Optional<ListenAddress> listen, Duration grace, Optional<URI> traces, LogFormat log, boolean reflection) {
        static final Operations DEFAULT =
                new Operations(Optional.empty(), Duration.ZERO, Optional.empty(), LogFormat.TEXT, false);
    }

    /**
     * Who may ask how much.
     *
     * @param throughput what strangers may begin
     * @param proxies whose word on who is asking counts
     */
    record Traffic(ThroughputLimits throughput, TrustedProxies proxies) {
        static final Traffic DEFAULT = new Traffic(ThroughputLimits.DEFAULT, TrustedProxies.NONE);
    }

    /**
     * How its operator gets at it while it runs.
     *
     * @param socket the admin socket, if there is to be one
     * @param operations what is seen of it
     */
    record Operator(Optional<Path> socket, Operations operations) {}
}
