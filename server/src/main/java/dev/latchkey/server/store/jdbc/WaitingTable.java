package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.seal.Cell;
import java.time.Duration;
import java.util.Optional;

/** A bounded table of things that wait to be taken out once, and expire. */
final class WaitingTable {
    private final Scope scope;
    private final String table;
    private final int atMost;

    WaitingTable(Scope scope, String table, int atMost) {
        this.scope = scope;
        this.table = table;
        this.atMost = atMost;
    }

    /** False, and nothing is kept, if as many as allowed are waiting. */
    boolean add(byte[] id, SecretBytes payload, Duration lifetime) {
        boolean room = makeRoom(lifetime) == 0;
        if (room) {
            insert(id, payload, lifetime);
        }
        return room;
    }

    /**
     * If as many as allowed are waiting, the one that has waited longest gives way. So a flood keeps nobody from beginning,
     * and whoever goes on at once is done before it is the longest waiting.
     */
    void addForOldest(byte[] id, SecretBytes payload, Duration lifetime) {
        deleteOldest(makeRoom(lifetime));
        insert(id, payload, lifetime);
    }

    /** Drops what has expired if there is no room for one more; gives how many are still too many. */
    private int makeRoom(Duration lifetime) {
        if (lifetime.compareTo(TransientKeys.LONGEST_LIFE) > 0) {
            throw new IllegalArgumentException("nothing waits longer than its key is kept");
        }
        scope.dialect().takeTurn(scope.handle(), table);
        int tooMany = count() + 1 - atMost;
        if (tooMany > 0) {
            deleteExpired();
            tooMany = count() + 1 - atMost;
        }
        return Math.max(0, tooMany);
    }

    /** The oldest are chosen once: in a subquery PostgreSQL may choose again, past those that are gone already. */
    private void deleteOldest(int count) {
        if (count == 0) {
            return;
        }
        scope.handle()
                .createUpdate("""
                        WITH oldest AS MATERIALIZED (
                            SELECT id FROM transient.<table> ORDER BY expires_at LIMIT :count <lockFree>)
                        DELETE FROM transient.<table> WHERE id IN (SELECT id FROM oldest)
                        """)
                .define("table", table)
                .define("lockFree", scope.dialect().lockFree())
                .bind("count", count)
                .execute();
    }

    private void insert(byte[] id, SecretBytes payload, Duration lifetime) {
        scope.handle()
                .createUpdate(
                        "INSERT INTO transient.<table> (id, payload, expires_at) VALUES (:id, :payload, :expires)")
                .define("table", table)
                .bind("id", id)
                .bind("payload", scope.passing().seal(cell(id), payload.exposed()))
                .bind("expires", scope.nowMillis() + lifetime.toMillis())
                .execute();
    }

    Optional<SecretBytes> consume(byte[] id) {
        return scope.handle()
                .createQuery(
                        "DELETE FROM transient.<table> WHERE id = :id RETURNING payload, expires_at > :now AS alive")
                .define("table", table)
                .bind("id", id)
                .bind("now", scope.nowMillis())
                .map((row, context) -> row.getBoolean("alive") ? row.getBytes("payload") : null)
                .findOne()
                .map(payload -> scope.passing().open(cell(id), payload));
    }

    void delete(byte[] id) {
        scope.handle()
                .createUpdate("DELETE FROM transient.<table> WHERE id = :id")
                .define("table", table)
                .bind("id", id)
                .execute();
    }

    void deleteExpired() {
        scope.handle()
                .createUpdate("""
                        DELETE FROM transient.<table> WHERE id IN (
                            SELECT id FROM transient.<table> WHERE expires_at <= :now <lockFree>)
                        """)
                .define("table", table)
                .define("lockFree", scope.dialect().lockFree())
                .bind("now", scope.nowMillis())
                .execute();
    }

    private int count() {
        return scope.handle()
                .createQuery("SELECT count(*) FROM transient.<table>")
                .define("table", table)
                .mapTo(int.class)
                .one();
    }

    private Cell cell(byte[] id) {
        return Cell.of(table, "payload").row(id);
    }
}
