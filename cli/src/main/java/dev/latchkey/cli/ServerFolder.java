package dev.latchkey.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of a server that {@code latchkey} set up.
 *
 * @param folder the folder that holds them all
 */
record ServerFolder(Path folder) {

    static final int DEFAULT_PORT = 7443;

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

    String storageUrl() {
        return "sqlite:" + database().toAbsolutePath();
    }

    /** The certificate files, of which either all or none must be there. */
    List<Path> certificateFiles() {
        return List.of(authority(), certificate(), certificateKey());
    }

    boolean hasDatabase() {
        return Files.exists(database());
    }
}
