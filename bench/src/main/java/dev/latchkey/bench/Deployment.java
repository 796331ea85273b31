package dev.latchkey.bench;

import dev.latchkey.bench.load.StartedServer;
import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.server.seal.RootKey;
import dev.latchkey.server.seal.RootKeyException;
import dev.latchkey.server.seal.RootKeyFile;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreLocation;
import dev.latchkey.server.store.StoreLocation.PostgresDatabase;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOptions;
import dev.latchkey.server.store.jdbc.Stores;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;

/**
 * What {@code latchkey server init} makes, with a database beside it or elsewhere; passwords are stretched as little as may be.
 *
 * @param folder of its keys and certificates
 * @param storage where its data is
 */
record Deployment(Path folder, StoreLocation storage) {

    static final KsfParameters KSF = new KsfParameters(19456, 2, 1);

    /** Something done to a store that no server has open. */
    @FunctionalInterface
    interface Work<T> {
        T in(Store store) throws Exception;
    }

    /** Makes its files, as far as they are not there. */
    void init() throws IOException, InterruptedException {
        StartedServer.init(folder);
    }

    Path authority() {
        return folder.resolve("ca.pem");
    }

    /** Opens the store as a server does, for as long as the work takes. */
    <T> T withStore(Work<T> work) throws Exception {
        SecureRandom random = new SecureRandom();
        try (RootKey rootKey = rootKey(random);
                Store store = open(rootKey, random)) {
            return work.in(store);
        }
    }

    /** {@code latchkey server run} on it, not started yet, on a port that is free. */
    ProcessBuilder server() {
        ProcessBuilder server = StartedServer.latchkey(
                "server", "run", "--config", folder.resolve("latchkey.toml").toString());
        Map<String, String> variables = new HashMap<>();
        variables.put("LATCHKEY_LISTEN", "localhost:0");
        if (storage instanceof PostgresDatabase database) {
            variables.put("LATCHKEY_STORAGE_URL", database.url());
            variables.put("LATCHKEY_STORAGE_USER", database.user());
            database.passwordFile().ifPresent(file -> variables.put("LATCHKEY_STORAGE_PASSWORD_FILE", file.toString()));
        }
        server.environment().keySet().removeIf(name -> name.startsWith("LATCHKEY_"));
        server.environment().putAll(variables);
        return server;
    }

    private Store open(RootKey rootKey, SecureRandom random) throws StoreOpenException {
        return Stores.open(StoreOptions.of(storage, rootKey, random).ksf(KSF));
    }

    private RootKey rootKey(SecureRandom random) throws RootKeyException {
        return RootKeyFile.load(folder.resolve("root.key"), random);
    }
}
