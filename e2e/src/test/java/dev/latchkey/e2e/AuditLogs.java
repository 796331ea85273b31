package dev.latchkey.e2e;

import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditChain;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.MalformedException;
import dev.latchkey.protocol.StorageKeyEnvelope;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.seal.DataKey;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sqlite.SQLiteConfig;

/** The audit logs of all accounts, read from a server's durable database from outside, with what is wrong in it. */
final class AuditLogs {
    private static final Set<AuditAction> STORING =
            EnumSet.of(AuditAction.SECRET_STORED, AuditAction.SECRET_GENERATED_AT_SERVER);

    private final Map<UserId, List<AuditEntry>> entries = new HashMap<>();
    private final List<String> wrong = new ArrayList<>();
    private int accounts;

    private AuditLogs() {}

    /** Reads one moment of a database that a running server may go on writing to. */
    static AuditLogs read(Path database) throws SQLException, MalformedException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        AuditLogs logs = new AuditLogs();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database, config.toProperties());
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            logs.checkForm(statement);
            logs.readTables(statement);
        }
        return logs;
    }

    /** Reads a PostgreSQL database that nobody writes to. */
    static AuditLogs read(Connection postgres) throws SQLException, MalformedException {
        AuditLogs logs = new AuditLogs();
        try (Statement statement = postgres.createStatement()) {
            logs.readTables(statement);
        }
        return logs;
    }

    int accounts() {
        return accounts;
    }

    /** What contradicts the promises of the schema, of the chain or of a registration. */
    List<String> wrong() {
        return List.copyOf(wrong);
    }

    /** The head after the first {@code n} entries, computed from them; no bytes if there are not so many. */
    byte[] headAfter(UserId user, long n) {
        List<AuditEntry> log = log(user);
        if (log.size() < n) {
            return new byte[0];
        }
        byte[] head = AuditChain.start(user);
        for (AuditEntry entry : log.subList(0, Math.toIntExact(n))) {
            head = AuditChain.next(head, entry);
        }
        return head;
    }

    /** What the entries about stored secrets name, oldest first. */
    List<byte[]> objectsStored(UserId user) {
        return log(user).stream()
                .filter(AuditLogs::isStoring)
                .map(entry -> entry.object().orElseThrow())
                .toList();
    }

    private List<AuditEntry> log(UserId user) {
        return entries.getOrDefault(user, List.of());
    }

    private void checkForm(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("PRAGMA integrity_check")) {
            while (rows.next()) {
                check(rows.getString(1).equals("ok"), rows.getString(1));
            }
        }
        try (ResultSet rows = statement.executeQuery("PRAGMA foreign_key_check")) {
            while (rows.next()) {
                check(false, "a row of " + rows.getString("table") + " refers to nothing");
            }
        }
    }

    private void readTables(Statement statement) throws SQLException, MalformedException {
        readEntries(statement);
        checkAccounts(statement);
        checkSecrets(statement);
    }

    private void readEntries(Statement statement) throws SQLException, MalformedException {
        byte[] head = {};
        try (ResultSet rows = statement.executeQuery("SELECT user_id, n, entry, head FROM audit ORDER BY user_id, n")) {
            while (rows.next()) {
                UserId user = UserId.of(rows.getBytes("user_id"));
                List<AuditEntry> log = entries.computeIfAbsent(user, absent -> new ArrayList<>());
                AuditEntry entry = AuditEntry.parse(rows.getBytes("entry"));
                log.add(entry);
                check(entry.n() == log.size() && rows.getLong("n") == log.size(), user + ": the log has a gap");
                head = log.size() == 1 ? AuditChain.start(user) : head;
                head = AuditChain.next(head, entry);
                check(Arrays.equals(head, rows.getBytes("head")), user + ": an entry has another head beside it");
            }
        }
    }

    private void checkAccounts(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("""
                SELECT user_id, audit_n, audit_head, length(storage_key) AS storage_key_bytes,
                    (SELECT count(*) FROM account_names n WHERE n.user_id = a.user_id) AS names
                FROM accounts a
                """)) {
            while (rows.next()) {
                accounts++;
                UserId user = UserId.of(rows.getBytes("user_id"));
                check(
                        rows.getInt("storage_key_bytes") == StorageKeyEnvelope.BYTES + DataKey.OVERHEAD_BYTES,
                        user + ": there is no storage key");
                check(rows.getInt("names") == 1, user + ": the account has not one name");
                long n = rows.getLong("audit_n");
                check(log(user).size() == n, user + ": the log has not as many entries as the account says");
                check(
                        Arrays.equals(headAfter(user, n), rows.getBytes("audit_head")),
                        user + ": the head of the log is not that of its entries");
                check(
                        n > 0 && isRegistration(log(user).get(0)),
                        user + ": the log does not begin with the registration");
            }
        }
        check(entries.size() == accounts, "there are logs of accounts that do not exist");
    }

    private void checkSecrets(Statement statement) throws SQLException {
        int secrets = 0;
        try (ResultSet rows = statement.executeQuery("SELECT user_id, key_id, created_n FROM secrets")) {
            while (rows.next()) {
                secrets++;
                List<AuditEntry> log = log(UserId.of(rows.getBytes("user_id")));
                int n = rows.getInt("created_n");
                check(
                        n <= log.size()
                                && isStoring(log.get(n - 1))
                                && Arrays.equals(
                                        log.get(n - 1).keyId().orElseThrow().toByteArray(), rows.getBytes("key_id")),
                        "a secret was stored without an entry");
            }
        }
        long storings = entries.values().stream()
                .flatMap(List::stream)
                .filter(AuditLogs::isStoring)
                .count();
        check(storings == secrets, "an entry reports a secret that is not there");
    }

    private static boolean isRegistration(AuditEntry entry) {
        return entry.action().filter(AuditAction.ACCOUNT_REGISTERED::equals).isPresent();
    }

    private static boolean isStoring(AuditEntry entry) {
        return entry.action().filter(STORING::contains).isPresent();
    }

    private void check(boolean condition, String otherwise) {
        if (!condition) {
            wrong.add(otherwise);
        }
    }
}
