package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.store.StoreLocation.PostgresDatabase;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** What the driver is told so that it finds the database and waits for nothing without an end. */
final class PostgresAddress {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1", "[::1]");

    /** For a server that stands still in a transaction: what it holds is needed by others. */
    private static final long IDLE_IN_TRANSACTION_MILLIS = 15_000;

    private final PostgresDatabase database;
    private final Properties given;

    /** @throws IllegalArgumentException if the address is none */
    PostgresAddress(PostgresDatabase database) {
        this.database = database;
        Properties parsed =
                database.url().startsWith("postgresql://") ? Driver.parseURL(url(), new Properties()) : null;
        if (parsed == null
                || parsed.getProperty(PGProperty.PG_DBNAME.getName(), "").isEmpty()) {
            throw new IllegalArgumentException(
                    "a PostgreSQL address is postgresql://HOST[:PORT][,HOST[:PORT]...]/DATABASE[?PARAMETERS]");
        }
        for (PGProperty secret : List.of(PGProperty.USER, PGProperty.PASSWORD, PGProperty.SSL_PASSWORD)) {
            if (parsed.containsKey(secret.getName())) {
                throw new IllegalArgumentException("neither user nor password stand in the address of a database");
            }
        }
        this.given = parsed;
    }

    PostgresDatabase database() {
        return database;
    }

    /** For JDBC. */
    String url() {
        return "jdbc:" + database.url();
    }

    /**
     * The driver's properties; those in the address go before them.
     *
     * @param statementMillis after which the database gives a statement up; 0 for no such bound
     * @param silenceSeconds after which a connection that says nothing is given up
     */
    Properties properties(long statementMillis, int silenceSeconds) {
        Properties properties = new Properties();
        properties.setProperty(PGProperty.USER.getName(), database.user());
        // Of several hosts the one that can be written to; a change of roles is noticed at once.
        properties.setProperty(PGProperty.TARGET_SERVER_TYPE.getName(), "primary");
        properties.setProperty(PGProperty.HOST_RECHECK_SECONDS.getName(), "1");
        properties.setProperty(PGProperty.CONNECT_TIMEOUT.getName(), "2");
        properties.setProperty(PGProperty.LOGIN_TIMEOUT.getName(), "5");
        properties.setProperty(PGProperty.CANCEL_SIGNAL_TIMEOUT.getName(), "2");
        properties.setProperty(PGProperty.SOCKET_TIMEOUT.getName(), Integer.toString(silenceSeconds));
        properties.setProperty(PGProperty.TCP_KEEP_ALIVE.getName(), "true");
        properties.setProperty(PGProperty.APPLICATION_NAME.getName(), "latchkey");
        properties.setProperty(PGProperty.OPTIONS.getName(), options(statementMillis));
        if (!isLoopback()) {
            // What is read there is believed: nobody may stand in between.
            properties.setProperty(PGProperty.SSL_MODE.getName(), "verify-full");
        }
        database.passwordFile().ifPresent(file -> {
            properties.setProperty(PGProperty.AUTHENTICATION_PLUGIN_CLASS_NAME.getName(), PasswordFile.class.getName());
            properties.setProperty(PasswordFile.PROPERTY, file.toAbsolutePath().toString());
        });
        given.stringPropertyNames().forEach(properties::remove);
        return properties;
    }

    /** What the session is set to, whatever the role's defaults are. */
    private static String options(long statementMillis) {
        String always = "-c synchronous_commit=on -c default_transaction_isolation=read\\ committed";
        return statementMillis == 0
                ? always
                : always + " -c statement_timeout=" + statementMillis + " -c lock_timeout=" + statementMillis
                        + " -c idle_in_transaction_session_timeout=" + IDLE_IN_TRANSACTION_MILLIS;
    }

    private boolean isLoopback() {
        return LOOPBACK.containsAll(
                List.of(given.getProperty(PGProperty.PG_HOST.getName(), "").split(",")));
    }
}
