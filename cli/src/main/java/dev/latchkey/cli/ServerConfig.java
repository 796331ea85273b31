package dev.latchkey.cli;

import dev.latchkey.server.store.StoreLocation;
import java.nio.file.Path;

/**
 * What {@code latchkey server run} needs to know.
 *
 * @param listen where to wait for connections
 * @param storage where the data is kept
 * @param tls the server's certificate and its key
 * @param rootKey the file of the root key
 */
record ServerConfig(ListenAddress listen, StoreLocation storage, Tls tls, Path rootKey) {

    /**
     * The files of the transport's security, both PEM.
     *
     * @param certificate the certificate, and behind it those that lead to its authority
     * @param key its private key, PKCS#8
     */
    record Tls(Path certificate, Path key) {}
}
