package dev.latchkey.server.store.jdbc;

import dev.latchkey.protocol.KeyId;
import dev.latchkey.server.seal.RootKey;
import dev.latchkey.server.seal.RootKeyFile;
import dev.latchkey.server.store.Secrets.Outcome;
import dev.latchkey.server.store.Secrets.SealedSecret;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreLocation.SqliteFile;
import dev.latchkey.server.store.StoreOptions;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.StoreUnavailableException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;

/** Another process that may write no file beyond a size, as on a full disk, and stores secrets until it can't. */
final class StoresUntilFull {
    private static final int LIMIT_KIB = 6 * 1024;
    private static final int ENOUGH = 1000;

    private StoresUntilFull() {}

    /** What it says at its end: how many were acknowledged, why the next was not, and whether it could still read. */
    static String run(Path database, Path rootKey) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        "bash",
                        "-c",
                        "ulimit -f " + LIMIT_KIB + " && exec \"$@\"",
                        "bash",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoresUntilFull.class.getName(),
                        database.toString(),
                        rootKey.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said.strip();
    }

    public static void main(String[] arguments) throws Exception {
        SecureRandom random = new SecureRandom();
        TestAccount rosa = TestAccount.random();
        try (RootKey rootKey = RootKeyFile.load(Path.of(arguments[1]), random);
                Store store = Stores.open(StoreOptions.of(new SqliteFile(Path.of(arguments[0])), rootKey, random))) {
            store.transact(rosa::createIn);
            System.out.println(fill(store, rosa));
        }
    }

    private static String fill(Store store, TestAccount rosa) throws StoreUnavailableException {
        for (int stored = 0; stored < ENOUGH; stored++) {
            int n = stored + 1;
            try {
                store.transact(tx -> {
                    KeyId keyId = rosa.newKeyId();
                    tx.secrets().allocate(rosa.user, List.of(keyId), Duration.ofHours(1), 1);
                    SealedSecret secret = new SealedSecret(
                            keyId, TestAccount.bytes(16), TestAccount.bytes(60), TestAccount.bytes(60_000));
                    return tx.secrets().store(rosa.user, secret, n, ENOUGH) == Outcome.STORED;
                });
            } catch (StoreUnavailableException full) {
                Reason reason = full.reason();
                boolean reads = store.transact(tx -> tx.accounts().credentialVersion(rosa.user)) == 1;
                return stored + " " + reason + " " + reads;
            }
        }
        return "never full";
    }
}
