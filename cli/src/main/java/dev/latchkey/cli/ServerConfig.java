package dev.latchkey.cli;

import dev.latchkey.server.peer.TrustedProxies;
import dev.latchkey.server.store.StoreLocation;
import dev.latchkey.server.store.ThroughputLimits;
import java.nio.file.Path;

/**
 * What {@code latchkey server run} needs to know.
 *
 * @param listen where to wait for connections
 * @param storage where the data is kept
 * @param tls the server's certificate and its key
 * @param rootKey the file of the root key
 * @param traffic who may ask how much
 */
record ServerConfig(ListenAddress listen, StoreLocation storage, Tls tls, Path rootKey, Traffic traffic) {

    /**
     * The files of the transport's security, both PEM.
     *
     * @param certificate the certificate, and behind it those that lead to its authority
     * @param key its private key, PKCS#8
     */
    record Tls(Path certificate, Path key) {}

    /**
     * Who may ask how much.
     *
     * @param throughput what strangers may begin
     * @param proxies whose word on who is asking counts
     */
    record Traffic(ThroughputLimits throughput, TrustedProxies proxies) {
        static final Traffic DEFAULT = new Traffic(ThroughputLimits.DEFAULT, TrustedProxies.NONE);
    }
}
