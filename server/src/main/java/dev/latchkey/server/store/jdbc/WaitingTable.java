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

    boolean add(byte[] id, SecretBytes payload, Duration lifetime) {
        if (lifetime.compareTo(TransientKeys.LONGEST_LIFE) > 0) {
            throw new IllegalArgumentException("nothing waits longer than its key is kept");
        }
        scope.dialect().takeTurn(scope.handle(), table);
        if (count() >= atMost) {
            deleteExpired();
            if (count() >= atMost) {
                return false;
            }
        }
        scope.handle()
                .createUpdate(
                        "INSERT INTO transient.<table> (id, payload, expires_at) VALUES (:id, :payload, :expires)")
                .define("table", table)
                .bind("id", id)
                .bind("payload", scope.passing().seal(cell(id), payload.exposed()))
                .bind("expires", scope.nowMillis() + lifetime.toMillis())
                .execute();
        return true;
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
