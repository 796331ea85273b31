package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.seal.KeyWrapper;
import dev.latchkey.server.store.KeyRotation.Progress;
import dev.latchkey.server.store.KeyRotation.State;
import dev.latchkey.server.store.KeyRotation.Status;
import dev.latchkey.server.store.KeyRotation.Version;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * The renewal of the data key, one transaction of it. From the first one on nothing is sealed under an older version: so
 * rows under one only become fewer, and who has gone through all rows once has them all.
 */
final class KeyRotationTable {
    private static final int SEALED_AT_ONCE = 32;
    private static final int COUNTED_AT_ONCE = 1000;

    private static final byte[] FROM_THE_START = {};

    /** Before the tables comes the deployment, which is one row of its own kind. */
    private static final int DEPLOYMENT = -1;

    private final Scope scope;
    private final KeyWrapping wrapping;
    private final SecureRandom random;

    KeyRotationTable(Scope scope, KeyWrapping wrapping, SecureRandom random) {
        this.scope = scope;
        this.wrapping = wrapping;
        this.random = random;
    }

    Status status() {
        return new Status(versions(), place("").map(place -> place.progress));
    }

    Progress begin() {
        scope.dialect().takeTurn(scope.handle(), "key_rotation");
        Optional<Place> last = place(scope.dialect().lock());
        if (last.isPresent() && !last.get().progress.state().ends()) {
            return last.get().progress;
        }
        List<Version> before = versions();
        int target = before.get(before.size() - 1).version() + 1;
        long total = 1 + total();
        insertKey(target);
        for (Version version : before) {
            if (version.closedMillis().isEmpty()) {
                scope.dialect().closeDataKey(scope.handle(), version.version());
            }
        }
        scope.handle()
                .createUpdate("UPDATE data_keys SET closed_at = :now WHERE version < :target AND closed_at IS NULL")
                .bind("now", scope.nowMillis())
                .bind("target", target)
                .execute();
        Place place = new Place(new Progress(target, State.SEALING, 0, total, 0, 0), DEPLOYMENT, FROM_THE_START);
        scope.handle().execute("DELETE FROM key_rotation");
        write("""
                INSERT INTO key_rotation (id, target, state, table_index, after_key, done, total, damaged, left_over,
                    started_at, changed_at)
                VALUES (1, :target, :state, :table, :after, :done, :total, :damaged, :leftOver, :now, :now)
                """, place);
        return place.progress;
    }

    Progress step() {
        Place place = place(scope.dialect().lock())
                .orElseThrow(() -> new IllegalStateException("there is no renewal of the data key"));
        Progress progress = place.progress;
        if (progress.state().ends()) {
            return progress;
        }
        if (scope.durable().keys().newest().version() < progress.target()) {
            scope.durable().keys().reload(scope.handle());
        }
        Place next = progress.state() == State.SEALING ? seal(place) : count(place);
        write("""
                UPDATE key_rotation SET target = :target, state = :state, table_index = :table, after_key = :after,
                    done = :done, total = :total, damaged = :damaged, left_over = :leftOver, changed_at = :now
                """, next);
        return next.progress;
    }

    private Place seal(Place place) {
        Progress was = place.progress;
        if (place.table == DEPLOYMENT) {
            boolean done = new DeploymentTable(scope.handle()).reseal(scope.durable());
            return new Place(progress(was, State.SEALING, 1, done ? 0 : 1, 0), 0, FROM_THE_START);
        }
        SealedTable[] tables = SealedTable.values();
        if (place.table == tables.length) {
            return new Place(progress(was, State.COUNTING, 0, 0, 0), DEPLOYMENT, FROM_THE_START);
        }
        ResealedRows.Outcome outcome = new ResealedRows(scope, tables[place.table]).seal(place.after, SEALED_AT_ONCE);
        return behind(place, outcome, SEALED_AT_ONCE, progress(was, was.state(), outcome.rows(), outcome.older(), 0));
    }

    /** Nothing is deleted that anything needs: the last look before it is at every row. */
    private Place count(Place place) {
        Progress was = place.progress;
        if (place.table == DEPLOYMENT) {
            boolean isUnder = new DeploymentTable(scope.handle()).isUnder(was.target());
            return new Place(progress(was, was.state(), 0, 0, isUnder ? 0 : 1), 0, FROM_THE_START);
        }
        SealedTable[] tables = SealedTable.values();
        if (place.table < tables.length) {
            ResealedRows.Outcome outcome =
                    new ResealedRows(scope, tables[place.table]).count(place.after, COUNTED_AT_ONCE);
            return behind(place, outcome, COUNTED_AT_ONCE, progress(was, was.state(), 0, 0, outcome.older()));
        }
        if (was.leftOver() > 0) {
            return new Place(progress(was, State.OLD_KEYS_KEPT, 0, 0, 0), place.table, place.after);
        }
        scope.handle()
                .createUpdate("DELETE FROM data_keys WHERE version < :target AND closed_at IS NOT NULL")
                .bind("target", was.target())
                .execute();
        scope.erased();
        return new Place(progress(was, State.DONE, 0, 0, 0), place.table, place.after);
    }

    private static Place behind(Place place, ResealedRows.Outcome outcome, int atMost, Progress progress) {
        return outcome.rows() < atMost
                ? new Place(progress, place.table + 1, FROM_THE_START)
                : new Place(progress, place.table, outcome.last());
    }

    private static Progress progress(Progress was, State state, int done, int damaged, int leftOver) {
        return new Progress(
                was.target(),
                state,
                was.done() + done,
                was.total(),
                was.damaged() + damaged,
                was.leftOver() + leftOver);
    }

    private long total() {
        long total = 0;
        for (SealedTable table : SealedTable.values()) {
            total += new ResealedRows(scope, table).total();
        }
        return total;
    }

    private void insertKey(int version) {
        try (SecretBytes key = SecretBytes.random(KeyWrapper.DATA_KEY_BYTES, random)) {
            byte[] wrapped =
                    wrapping.wrap(scope.handle(), key, DataKeySet.cell(version)).bytes();
            scope.handle()
                    .createUpdate("""
                            INSERT INTO data_keys (version, wrapped, created_at) VALUES (:version, :wrapped, :now)
                            """)
                    .bind("version", version)
                    .bind("wrapped", wrapped)
                    .bind("now", scope.nowMillis())
                    .execute();
        }
    }

    private List<Version> versions() {
        return scope.handle()
                .createQuery("SELECT version, created_at, closed_at FROM data_keys ORDER BY version")
                .map((row, context) -> {
                    long closed = row.getLong("closed_at");
                    Optional<Long> closedMillis = row.wasNull() ? Optional.empty() : Optional.of(closed);
                    return new Version(row.getInt("version"), row.getLong("created_at"), closedMillis);
                })
                .list();
    }

    private Optional<Place> place(String lock) {
        return scope.handle()
                .createQuery("""
                        SELECT target, state, table_index, after_key, done, total, damaged, left_over
                        FROM key_rotation WHERE id = 1 <lock>
                        """)
                .define("lock", lock)
                .map(KeyRotationTable::place)
                .findOne();
    }

    private static Place place(ResultSet row, StatementContext context) throws SQLException {
        Progress progress = new Progress(
                row.getInt("target"),
                State.of(row.getInt("state"))
                        .orElseThrow(() -> new DamagedRecordException("key_rotation.state is none", null)),
                row.getLong("done"),
                row.getLong("total"),
                row.getLong("damaged"),
                row.getLong("left_over"));
        return new Place(progress, row.getInt("table_index"), row.getBytes("after_key"));
    }

    private void write(String statement, Place place) {
        Progress progress = place.progress;
        scope.handle()
                .createUpdate(statement)
                .bind("target", progress.target())
                .bind("state", progress.state().number())
                .bind("table", place.table)
                .bind("after", place.after)
                .bind("done", progress.done())
                .bind("total", progress.total())
                .bind("damaged", progress.damaged())
                .bind("leftOver", progress.leftOver())
                .bind("now", scope.nowMillis())
                .execute();
    }

    /** Progress, and the row behind which it goes on. */
    private static final class Place {
        private final Progress progress;
        private final int table;
        private final byte[] after;

        Place(Progress progress, int table, byte[] after) {
            this.progress = progress;
            this.table = table;
            this.after = after;
        }
    }
}
