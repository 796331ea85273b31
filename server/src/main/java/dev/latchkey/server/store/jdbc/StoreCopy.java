package dev.latchkey.server.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.server.store.Backups;
import dev.latchkey.server.store.StoreLocation.PostgresDatabase;
import dev.latchkey.server.store.StoreLocation.SqliteFile;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOptions;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.StoreUnavailableException.Reason;
import dev.latchkey.server.store.TableDigest;
import dev.latchkey.server.store.TableReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** All that lasts in a store, out of it as it is at one moment, and into an empty one. */
public final class StoreCopy {
    private final StoreOptions options;

    public StoreCopy(StoreOptions options) {
        this.options = options;
    }

    /** Which kind of store it is and which tables this version keeps there. */
    public Form form() {
        return options.location() instanceof SqliteFile
                ? new Form("sqlite", SqliteSchema.VERSION)
                : new Form("postgresql", PostgresSchema.VERSION);
    }

    /**
     * Writes everything as it is at one moment; whoever changes something meanwhile does not wait. The store must be open,
     * here or in another process.
     *
     * @throws IOException if {@code out} does not take it
     */
    public List<TableDigest> write(OutputStream out) throws StoreUnavailableException, IOException {
        return write(out, Optional.empty());
    }

    /**
     * Like {@link #write(OutputStream)}, of a store that is under a certain root key at that moment.
     *
     * @throws StoreUnavailableException also if it is under another
     */
    public List<TableDigest> write(OutputStream out, byte[] rootFingerprint)
            throws StoreUnavailableException, IOException {
        return write(out, Optional.of(rootFingerprint));
    }

    private List<TableDigest> write(OutputStream out, Optional<byte[]> rootFingerprint)
            throws StoreUnavailableException, IOException {
        if (options.location() instanceof SqliteFile file) {
            SqliteConnections connections =
                    new SqliteConnections(SqliteFiles.unlocked(file.file()), options.patience());
            try (Connection connection = connections.readOnly()) {
                connection.setAutoCommit(false);
                return write(connection, out, rootFingerprint);
            } catch (SQLException e) {
                throw unreadable(e);
            }
        }
        try (HikariDataSource source =
                        PostgresPool.forMigrations((PostgresDatabase) options.location(), options.patience());
                Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            }
            List<TableDigest> digests = write(connection, out, rootFingerprint);
            connection.rollback();
            return digests;
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    /**
     * Fills an empty database, or one that is not there yet, in one transaction; then brings it to this version's form.
     *
     * @param form of what {@code in} holds
     * @param expected what its tables must be afterwards, or nothing is kept
     * @param backup that it comes from
     * @throws StoreOpenException if the database is not empty, not of this kind, or can't be used
     * @throws IOException if {@code in} is not what it must be; nothing is kept then
     */
    public void read(InputStream in, Form form, List<TableDigest> expected, Backups.Taken backup)
            throws StoreOpenException, IOException {
        if (options.location() instanceof SqliteFile file) {
            try (SqliteFiles files = SqliteFiles.lock(file.file())) {
                new SqliteStart(options, files, new SqliteConnections(files, options.patience()))
                        .fill(form.version(), handle -> fill(handle, in, expected, backup));
            }
            return;
        }
        PostgresStart.fill(
                options,
                (PostgresDatabase) options.location(),
                form.version(),
                handle -> fill(handle, in, expected, backup));
    }

    private void fill(Handle handle, InputStream in, List<TableDigest> expected, Backups.Taken backup)
            throws IOException {
        try {
            DurableTables tables = new DurableTables(handle, dialect());
            tables.read(new TableReader(in));
            if (!tables.write(OutputStream.nullOutputStream()).equals(expected)) {
                throw new IOException("what was written is not what was read");
            }
            new BackupsTable(handle, new KeyWrapping(options.rootKey(), dialect())).taken(backup);
        } catch (SQLException e) {
            throw new IOException("the database does not take these rows", e);
        }
    }

    private List<TableDigest> write(Connection connection, OutputStream out, Optional<byte[]> rootFingerprint)
            throws StoreUnavailableException, IOException, SQLException {
        Handle handle = Jdbi.open(connection);
        if (rootFingerprint.isPresent()
                && !MessageDigest.isEqual(rootFingerprint.get(), KeyWrapping.fingerprint(handle, ""))) {
            throw new StoreUnavailableException(Reason.BUSY, "the root key was changed meanwhile", null);
        }
        return new DurableTables(handle, dialect()).write(out);
    }

    private Dialect dialect() {
        return options.location() instanceof SqliteFile
                ? new SqliteDialect(options.clockOffset())
                : new PostgresDialect(options.clockOffset());
    }

    private static StoreUnavailableException unreadable(SQLException e) {
        return new StoreUnavailableException(Reason.FAILED, "the store could not be read whole", e);
    }

    /**
     * What a copy can be read into.
     *
     * @param kind of the database
     * @param version of its tables
     */
    public record Form(String kind, int version) {}

    /** What fills a database. */
    @FunctionalInterface
    interface Filling {
        void fill(Handle handle) throws IOException;
    }
}
