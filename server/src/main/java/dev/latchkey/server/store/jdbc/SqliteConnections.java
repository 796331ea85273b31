package dev.latchkey.server.store.jdbc;

import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.Pragma;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TempStore;
import org.sqlite.SQLiteConfig.TransactionMode;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteOpenMode;

/** Connections to one SQLite store, with everything set that its promises rest on. */
final class SqliteConnections {
    private final SqliteFiles files;
    private final int patienceMillis;

    /** @param patience how long to wait for strangers, such as a shell; our own transactions queue before they come here */
    SqliteConnections(SqliteFiles files, Duration patience) {
        this.files = files;
        this.patienceMillis = Math.toIntExact(patience.toMillis());
    }

    /** Looks at the database without changing it. */
    Connection readOnly() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(patienceMillis);
        return dataSource(config).getConnection();
    }

    /** Looks at a database that nobody has open, and makes none of the files that SQLite keeps beside one. */
    Connection untouched() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setOpenMode(SQLiteOpenMode.OPEN_URI);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + uri(files.database()) + "?immutable=1");
        return source.getConnection();
    }

    /** The durable tables alone: for migrations. */
    DataSource durable() {
        SQLiteConfig config = new SQLiteConfig();
        // The file is there by now. One that has vanished must not be made anew, empty.
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setJournalMode(JournalMode.WAL);
        // What a commit has acknowledged outlives a loss of power.
        config.setSynchronous(SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        // The slack in rows of earlier versions is measured by it.
        config.setPageSize(4096);
        // What was deleted or replaced is overwritten, not left in free pages.
        config.setPragma(Pragma.SECURE_DELETE, "true");
        config.setTempStore(TempStore.MEMORY);
        // Nobody asks for them, and the driver would ask the database after every insertion.
        config.setGetGeneratedKeys(false);
        config.setTransactionMode(TransactionMode.IMMEDIATE);
        config.setBusyTimeout(patienceMillis);
        return dataSource(config);
    }

    /** Durable and transient tables side by side, in one transaction. */
    Connection whole() throws SQLException {
        Connection connection = durable().getConnection();
        try {
            attachPassing(connection);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** One that has looked at the durable tables, and so has all their files open. */
    Connection anchor() throws SQLException {
        Connection connection = durable().getConnection();
        try (Statement look = connection.createStatement();
                ResultSet tables = look.executeQuery("SELECT count(*) FROM sqlite_master")) {
            tables.next();
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private void attachPassing(Connection connection) throws SQLException {
        try (PreparedStatement attach = connection.prepareStatement("ATTACH DATABASE ? AS transient")) {
            attach.setString(1, uri(files.passing()).toString());
            attach.execute();
        }
        try (Statement pragma = connection.createStatement()) {
            // A restart begins with an empty file, so nothing in it has to outlive a crash.
            pragma.execute("PRAGMA transient.journal_mode = MEMORY");
            pragma.execute("PRAGMA transient.synchronous = OFF");
            pragma.execute("PRAGMA transient.secure_delete = ON");
        }
    }

    private SQLiteDataSource dataSource(SQLiteConfig config) {
        config.setOpenMode(SQLiteOpenMode.OPEN_URI);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + uri(files.database()));
        return source;
    }

    /** A path may hold characters that mean something in a URL. */
    private static URI uri(Path file) {
        return file.toUri();
    }
}
