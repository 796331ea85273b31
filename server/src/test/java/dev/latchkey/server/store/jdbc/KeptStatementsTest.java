package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sqlite.SQLiteDataSource;

class KeptStatementsTest {
    private final KeptStatements kept = new KeptStatements();
    private Handle handle;

    @BeforeEach
    void open() {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite::memory:");
        Jdbi jdbi = Jdbi.create(source);
        jdbi.setStatementBuilderFactory(connection -> kept);
        handle = jdbi.open();
        handle.execute("CREATE TABLE numbers (n INTEGER NOT NULL)");
    }

    @AfterEach
    void close() {
        handle.close();
    }

    @Test
    void create_theSameSqlAgain_isTheStatementFromBefore() throws SQLException {
        PreparedStatement first = prepared("SELECT n FROM numbers WHERE n = ?");
        kept.close(handle.getConnection(), "template", first);

        assertThat(prepared("SELECT n FROM numbers WHERE n = ?")).isSameAs(first);
    }

    @Test
    void create_whileTheSameSqlIsInUse_isAnother() throws SQLException {
        PreparedStatement first = prepared("SELECT n FROM numbers");
        PreparedStatement second = prepared("SELECT n FROM numbers");
        assertThat(second).isNotSameAs(first);

        kept.close(handle.getConnection(), "template", first);
        kept.close(handle.getConnection(), "template", second);

        assertThat(first.isClosed()).isFalse();
        assertThat(second.isClosed()).isTrue();
    }

    @Test
    void close_ofMoreThanAreKept_endsThem() throws SQLException {
        for (int i = 0; i < KeptStatements.MOST; i++) {
            kept.close(handle.getConnection(), "template", prepared("SELECT " + i));
        }
        PreparedStatement oneMore = prepared("SELECT -1");

        kept.close(handle.getConnection(), "template", oneMore);

        assertThat(oneMore.isClosed()).isTrue();
    }

    @Test
    void use_throughTheLibrary_bindsAndReadsAnewEachTime() {
        for (int round = 0; round < 3; round++) {
            for (int n = 0; n < 3; n++) {
                handle.createUpdate("INSERT INTO numbers (n) VALUES (:n)")
                        .bind("n", 10 * round + n)
                        .execute();
            }
            List<Integer> found = handle.createQuery("SELECT n FROM numbers WHERE n >= :least ORDER BY n")
                    .bind("least", 10 * round)
                    .mapTo(int.class)
                    .list();
            assertThat(found).containsExactly(10 * round, 10 * round + 1, 10 * round + 2);
        }
    }

    @Test
    void use_afterItFailedBecauseTheDatabaseWasFull_succeedsOnceThereIsRoom() {
        handle.execute("CREATE TABLE pages (content BLOB NOT NULL)");
        handle.execute("PRAGMA max_page_count = 4");

        assertThatExceptionOfType(JdbiException.class).isThrownBy(() -> {
            for (int i = 0; i < 100; i++) {
                storeAPage();
            }
        });
        handle.execute("PRAGMA max_page_count = 1000");

        storeAPage();
        storeAPage();
    }

    @Test
    void use_afterItBrokeAConstraint_succeedsWithOtherValues() {
        handle.execute("CREATE TABLE names (name TEXT NOT NULL PRIMARY KEY)");
        store("rosa");

        assertThatExceptionOfType(JdbiException.class).isThrownBy(() -> store("rosa"));
        store("mara");

        assertThat(handle.createQuery("SELECT count(*) FROM names")
                        .mapTo(int.class)
                        .one())
                .isEqualTo(2);
    }

    private void store(String name) {
        handle.createUpdate("INSERT INTO names (name) VALUES (:name)")
                .bind("name", name)
                .execute();
    }

    private void storeAPage() {
        handle.createUpdate("INSERT INTO pages (content) VALUES (:content)")
                .bind("content", new byte[4096])
                .execute();
    }

    private PreparedStatement prepared(String sql) throws SQLException {
        return kept.create(handle.getConnection(), sql, null);
    }
}
