package dev.latchkey.bench.load;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.ReentrantLock;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.Pragma;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TransactionMode;
import org.sqlite.SQLiteDataSource;

/**
 * What a retrieve must read and write at least, as one transaction by hand: a session is found and its window moved, a
 * secret is read and marked, an entry is appended to the log and the account told of it.
 *
 * <p>The rows are as long as the key server's, with what a commit promises there, but nothing is sealed or checked, and
 * statements are prepared once. One connection, one transaction a call.
 */
final class BareRetrieve implements AutoCloseable {
    private static final int OWNERS = 64;
    private static final int ID_BYTES = 16;

    private final ReentrantLock turn = new ReentrantLock();
    private final SecureRandom random = new SecureRandom();
    private final byte[][] owners = new byte[OWNERS][];
    private final long[] entries = new long[OWNERS];
    private final Connection connection;
    private final PreparedStatement findSession;
    private final PreparedStatement moveWindow;
    private final PreparedStatement readSecret;
    private final PreparedStatement markSecret;
    private final PreparedStatement appendEntry;
    private final PreparedStatement tellAccount;

    /** @param folder where the database is made; there must be none yet */
    BareRetrieve(Path folder) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(SynchronousMode.FULL);
        config.setTransactionMode(TransactionMode.IMMEDIATE);
        config.setPragma(Pragma.SECURE_DELETE, "true");
        config.setGetGeneratedKeys(false);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + folder.resolve("bare.db").toUri());
        connection = source.getConnection();
        tables();
        findSession = connection.prepareStatement("""
                SELECT user_id, kind, credential_version, secrets, highest, seen FROM temp.sessions
                WHERE id = ? AND expires_at > ?
                """);
        moveWindow = connection.prepareStatement("""
                UPDATE temp.sessions SET highest = highest + 1, seen = ?, last_used_at = ?, expires_at = ?
                WHERE id = ? AND expires_at > ?
                """);
        readSecret = connection.prepareStatement(
                "SELECT label_tag, descriptor, secret FROM secrets WHERE user_id = ? AND key_id = ?");
        markSecret = connection.prepareStatement(
                "UPDATE secrets SET last_retrieved_at = ? WHERE user_id = ? AND key_id = ?");
        appendEntry = connection.prepareStatement("INSERT INTO audit (user_id, n, entry, head) VALUES (?, ?, ?, ?)");
        tellAccount = connection.prepareStatement("UPDATE accounts SET audit_n = ?, audit_head = ? WHERE user_id = ?");
        fill();
    }

    private void tables() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("""
                    CREATE TABLE accounts (user_id BLOB NOT NULL PRIMARY KEY, sealed BLOB NOT NULL,
                        audit_n INTEGER NOT NULL, audit_head BLOB NOT NULL) STRICT
                    """);
            statement.execute("""
                    CREATE TABLE secrets (user_id BLOB NOT NULL, key_id BLOB NOT NULL,
                        last_retrieved_at INTEGER NOT NULL, label_tag BLOB NOT NULL, descriptor BLOB NOT NULL,
                        secret BLOB NOT NULL, PRIMARY KEY (user_id, key_id)) STRICT
                    """);
            statement.execute("""
                    CREATE TABLE audit (user_id BLOB NOT NULL, n INTEGER NOT NULL, entry BLOB NOT NULL,
                        head BLOB NOT NULL, PRIMARY KEY (user_id, n)) STRICT, WITHOUT ROWID
                    """);
            statement.execute("""
                    CREATE TEMP TABLE sessions (id BLOB NOT NULL PRIMARY KEY, user_id BLOB NOT NULL,
                        kind INTEGER NOT NULL, credential_version INTEGER NOT NULL, secrets BLOB NOT NULL,
                        highest INTEGER NOT NULL, seen INTEGER NOT NULL, last_used_at INTEGER NOT NULL,
                        expires_at INTEGER NOT NULL) STRICT
                    """);
        }
    }

    private void fill() throws SQLException {
        connection.setAutoCommit(false);
        for (int owner = 0; owner < OWNERS; owner++) {
            owners[owner] = bytes(ID_BYTES);
            insert("INSERT INTO accounts VALUES (?, ?, 0, ?)", owners[owner], bytes(700), bytes(32));
            insert(
                    "INSERT INTO secrets VALUES (?, ?, 0, ?, ?, ?)",
                    owners[owner],
                    owners[owner],
                    bytes(ID_BYTES),
                    bytes(160),
                    bytes(140));
            insert(
                    "INSERT INTO temp.sessions VALUES (?, ?, 2, 1, ?, 0, 0, 0, " + Long.MAX_VALUE + ")",
                    owners[owner],
                    owners[owner],
                    bytes(160));
        }
        connection.commit();
    }

    private void insert(String statement, byte[]... values) throws SQLException {
        try (PreparedStatement prepared = connection.prepareStatement(statement)) {
            for (int i = 0; i < values.length; i++) {
                prepared.setBytes(i + 1, values[i]);
            }
            prepared.executeUpdate();
        }
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Does it once, for an owner drawn by lot, and commits. Waits for its turn. */
    void run() throws SQLException {
        int owner = random.nextInt(OWNERS);
        byte[] entry = bytes(131);
        byte[] head = bytes(32);
        turn.lock();
        try {
            retrieve(owner, entry, head);
            connection.commit();
        } finally {
            turn.unlock();
        }
    }

    private void retrieve(int owner, byte[] entry, byte[] head) throws SQLException {
        long now = System.currentTimeMillis();
        byte[] id = owners[owner];
        findSession.setBytes(1, id);
        findSession.setLong(2, now);
        read(findSession, "secrets");
        moveWindow.setLong(1, now);
        moveWindow.setLong(2, now);
        moveWindow.setLong(3, Long.MAX_VALUE);
        moveWindow.setBytes(4, id);
        moveWindow.setLong(5, now);
        changeOne(moveWindow);
        readSecret.setBytes(1, id);
        readSecret.setBytes(2, id);
        read(readSecret, "secret");
        markSecret.setLong(1, now);
        markSecret.setBytes(2, id);
        markSecret.setBytes(3, id);
        changeOne(markSecret);
        long n = ++entries[owner];
        appendEntry.setBytes(1, id);
        appendEntry.setLong(2, n);
        appendEntry.setBytes(3, entry);
        appendEntry.setBytes(4, head);
        changeOne(appendEntry);
        tellAccount.setLong(1, n);
        tellAccount.setBytes(2, head);
        tellAccount.setBytes(3, id);
        changeOne(tellAccount);
    }

    private static void read(PreparedStatement statement, String column) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            if (!row.next() || row.getBytes(column).length == 0) {
                throw new IllegalStateException("a row has gone");
            }
        }
    }

    private static void changeOne(PreparedStatement statement) throws SQLException {
        if (statement.executeUpdate() != 1) {
            throw new IllegalStateException("a row has gone");
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
