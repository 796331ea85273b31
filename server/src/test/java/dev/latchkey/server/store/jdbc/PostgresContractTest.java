package dev.latchkey.server.store.jdbc;

import java.nio.file.Path;
import org.junit.jupiter.api.Nested;

/** The store in PostgreSQL does what every store does. */
final class PostgresContractTest {

    @Nested
    class Transact extends TransactContract {
        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }
    }

    @Nested
    class Ledger extends GuessLedgerContract {
        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }
    }

    @Nested
    class Throughput extends ThroughputContract {
        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }
    }

    @Nested
    class Waiting extends WaitingContract {
        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }
    }

    @Nested
    class Devices extends DevicesContract {
        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }
    }

    @Nested
    class Sessions extends SessionsContract {
        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }
    }

    @Nested
    class Accounts extends AccountsContract {
        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }
    }

    @Nested
    class Audit extends AuditLogContract {
        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }
    }

    @Nested
    class Secrets extends SecretsContract {
        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }
    }

    @Nested
    class PasswordChanges extends PasswordChangesContract {
        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }
    }
}
