package dev.latchkey.server.store.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.server.store.StoreLocation.PostgresDatabase;
import java.time.Duration;

/** Connections to one PostgreSQL database. */
final class PostgresPool {
    /** The least that the pool takes. */
    private static final Duration LEAST_PATIENCE = Duration.ofMillis(250);

    private static final Duration LONGEST_VALIDATION = Duration.ofSeconds(2);
    private static final Duration KEPT_ALIVE = Duration.ofSeconds(30);
    private static final Duration LONGEST_LIFE = Duration.ofMinutes(15);

    /** A migration may take its time, but not for ever between two words. */
    private static final int MIGRATION_SILENCE_SECONDS = 3600;

    private PostgresPool() {}

    /** For transactions: none of them waits much longer than {@code patience} for anything. The caller closes it. */
    static HikariDataSource forTransactions(PostgresDatabase database, Duration patience) {
        int silence = Math.toIntExact(2 * patience.plusMillis(999).toSeconds());
        HikariConfig config = config(database, patience.toMillis(), Math.max(2, silence));
        config.setPoolName("latchkey");
        config.setMaximumPoolSize(database.connections());
        config.setMinimumIdle(Math.min(2, database.connections()));
        Duration wait = patience.compareTo(LEAST_PATIENCE) < 0 ? LEAST_PATIENCE : patience;
        config.setConnectionTimeout(wait.toMillis());
        config.setValidationTimeout(
                wait.compareTo(LONGEST_VALIDATION) < 0 ? wait.toMillis() : LONGEST_VALIDATION.toMillis());
        return new HikariDataSource(config);
    }

    /** For looking at tables and changing them. The caller closes it. */
    static HikariDataSource forMigrations(PostgresDatabase database, Duration patience) {
        HikariConfig config = config(database, 0, MIGRATION_SILENCE_SECONDS);
        config.setPoolName("latchkey-migration");
        config.setMaximumPoolSize(2);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(Math.max(2 * patience.toMillis(), 2 * LONGEST_VALIDATION.toMillis()));
        config.setAutoCommit(true);
        return new HikariDataSource(config);
    }

    private static HikariConfig config(PostgresDatabase database, long statementMillis, int silenceSeconds) {
        PostgresAddress address = new PostgresAddress(database);
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(address.url());
        config.setDataSourceProperties(address.properties(statementMillis, silenceSeconds));
        config.setUsername(database.user());
        config.setAutoCommit(false);
        config.setKeepaliveTime(KEPT_ALIVE.toMillis());
        config.setMaxLifetime(LONGEST_LIFE.toMillis());
        // A database that is not there is found out by whoever needs it, with a reason.
        config.setInitializationFailTimeout(-1);
        return config;
    }
}
