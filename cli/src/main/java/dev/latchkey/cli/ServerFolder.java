package dev.latchkey.cli;

import dev.latchkey.server.admin.AdminSocket;
import dev.latchkey.server.seal.RootKeySource;
import dev.latchkey.server.store.StoreLocation.SqliteFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The files of a server that {@code latchkey} set up.
 *
 * @param folder the folder that holds them all
 */
record ServerFolder(Path folder) {

    static final int DEFAULT_PORT = 7443;

    static final String DEFAULT = "latchkey-server";

    Path configuration() {
        return folder.resolve("latchkey.toml");
    }

    Path database() {
        return folder.resolve("latchkey.db");
    }

    Path rootKey() {
        return folder.resolve("root.key");
    }

    Path authority() {
        return folder.resolve("ca.pem");
    }

    Path certificate() {
        return folder.resolve("server.pem");
    }

    Path certificateKey() {
        return folder.resolve("server-key.pem");
    }

    Path adminSocket() {
        return folder.resolve("admin.sock");
    }

    /** The certificate files, of which either all or none must be there. */
    List<Path> certificateFiles() {
        return List.of(authority(), certificate(), certificateKey());
    }

    /** Those that the configuration file leads to. */
    List<Path> namedBySettings() {
        return List.of(database(), rootKey(), certificate(), certificateKey(), adminSocket());
    }

    ServerConfig config(ListenAddress listen) {
        return new ServerConfig(
                listen,
                new ServerConfig.Data(new SqliteFile(database()), new RootKeySource.InFile(rootKey())),
                new ServerConfig.Tls(certificate(), certificateKey()),
                ServerConfig.Traffic.DEFAULT,
                new ServerConfig.Operator(
                        Optional.of(adminSocket()).filter(AdminSocket::fits), ServerConfig.Operations.DEFAULT));
    }
}
