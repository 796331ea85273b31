package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.server.store.StoreOpenException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The embedded store does what every store does. */
final class SqliteContractTest {

    @Nested
    class Transact extends TransactContract {
        @Override
        TestDatabase database(Path newFolder) {
            return new SqliteDatabase(newFolder);
        }
    }

    @Nested
    class Ledger extends GuessLedgerContract {
        @Override
        TestDatabase database(Path newFolder) {
            return new SqliteDatabase(newFolder);
        }
    }

    @Nested
    class Throughput extends ThroughputContract {
        @Override
        TestDatabase database(Path newFolder) {
            return new SqliteDatabase(newFolder);
        }
    }

    @Nested
    class Waiting extends WaitingContract {
        @Override
        TestDatabase database(Path newFolder) {
            return new SqliteDatabase(newFolder);
        }
    }

    @Nested
    class Sessions extends SessionsContract {
        @Override
        TestDatabase database(Path newFolder) {
            return new SqliteDatabase(newFolder);
        }
    }

    @Nested
    class Accounts extends AccountsContract {
        @Override
        TestDatabase database(Path newFolder) {
            return new SqliteDatabase(newFolder);
        }
    }

    @Nested
    class Audit extends AuditLogContract {
        @Override
        TestDatabase database(Path newFolder) {
            return new SqliteDatabase(newFolder);
        }
    }

    @Nested
    class Secrets extends SecretsContract {
        @Override
        TestDatabase database(Path newFolder) {
            return new SqliteDatabase(newFolder);
        }
    }

    @Nested
    class Devices extends DevicesContract {
        @Override
        TestDatabase database(Path newFolder) {
            return new SqliteDatabase(newFolder);
        }
    }

    @Nested
    class PasswordChanges extends PasswordChangesContract {
        @Override
        TestDatabase database(Path newFolder) {
            return new SqliteDatabase(newFolder);
        }
    }

    @Nested
    class KeyRotations extends KeyRotationContract {
        @Override
        TestDatabase database(Path newFolder) {
            return new SqliteDatabase(newFolder);
        }
    }

    @Nested
    class StoreChecks extends StoreCheckContract {
        @Override
        TestDatabase database(Path newFolder) {
            return new SqliteDatabase(newFolder);
        }
    }

    @Nested
    class Dumps extends DumpContract {
        @Override
        TestDatabase database(Path newFolder) {
            return new SqliteDatabase(newFolder);
        }

        @Override
        byte[] files() throws IOException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            try (Stream<Path> found = Files.list(folder.resolve("data"))) {
                for (Path file : found.toList()) {
                    all.writeBytes(Files.readAllBytes(file));
                }
            }
            return all.toByteArray();
        }
    }

    @Nested
    class RootKeyChanges extends RootKeyChangeContract {
        @Test
        void changeRootKey_besideAServerThatRuns_isRefused() {
            assertThatExceptionOfType(StoreOpenException.class)
                    .isThrownBy(() -> Stores.changeRootKey(testDatabase().options(), next))
                    .extracting(StoreOpenException::reason)
                    .isEqualTo(StoreOpenException.Reason.IN_USE);
        }

        @Override
        TestDatabase database(Path newFolder) {
            return new SqliteDatabase(newFolder);
        }
    }

    @Nested
    class Backup extends BackupContract {
        @Override
        TestDatabase database(Path newFolder) {
            return new SqliteDatabase(newFolder);
        }
    }

    @Nested
    class Clock extends ClockContract {
        @Override
        TestDatabase database(Path newFolder) {
            return new SqliteDatabase(newFolder);
        }
    }
}
