package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.seal.RootKey;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreLocation.SqliteFile;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOptions;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Jdbi;

/** A SQLite file in a folder that does not exist yet. */
final class SqliteDatabase implements TestDatabase {
    private final SecureRandom random = new SecureRandom();
    private final RootKey rootKey;
    private final Path file;

    SqliteDatabase(Path folder) {
        this.rootKey = RootKey.generate(random);
        this.file = folder.resolve("data").resolve("latchkey.db");
    }

    /** Takes ownership of the root key. */
    SqliteDatabase(Path folder, RootKey rootKey) {
        this.rootKey = rootKey;
        this.file = folder.resolve("data").resolve("latchkey.db");
    }

    /** The same under the same root key, in another folder. Of the two, one is closed. */
    SqliteDatabase movedTo(Path folder) {
        return new SqliteDatabase(folder, rootKey);
    }

    Path file() {
        return file;
    }

    Path transientFile() {
        return file.resolveSibling("latchkey.db-transient");
    }

    RootKey rootKey() {
        return rootKey;
    }

    /** What somebody has who holds the root key. The caller closes them. */
    DataKeyRing dataKeys() {
        return durable().withHandle(handle -> new DeploymentTable(handle).loadDataKeys(rootKey, random));
    }

    @Override
    public StoreOptions options() {
        return StoreOptions.of(new SqliteFile(file), rootKey, random);
    }

    Store open() throws StoreOpenException {
        return Stores.open(options());
    }

    @Override
    public Store open(UnaryOperator<StoreOptions> settings) throws StoreOpenException {
        return Stores.open(settings.apply(options()));
    }

    @Override
    public Store openNarrow(UnaryOperator<StoreOptions> settings) throws StoreOpenException {
        return open(settings);
    }

    /** A second pair of hands on the durable file, such as an attacker's or a shell's. */
    Jdbi durable() {
        return Jdbi.create("jdbc:sqlite:" + file);
    }

    @Override
    public Jdbi hands() {
        return durable();
    }

    /** The same on the transient file. */
    Jdbi passing() {
        return Jdbi.create("jdbc:sqlite:" + transientFile());
    }

    @Override
    public void close() {
        rootKey.close();
    }
}
