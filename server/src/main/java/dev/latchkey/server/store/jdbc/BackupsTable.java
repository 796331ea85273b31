package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.store.Backups;
import dev.latchkey.server.store.WrappedKey;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

final class BackupsTable implements Backups {
    private final Handle handle;
    private final KeyWrapping wrapping;

    BackupsTable(Handle handle, KeyWrapping wrapping) {
        this.handle = handle;
        this.wrapping = wrapping;
    }

    @Override
    public long nextNumber() {
        return handle.createQuery("""
                        INSERT INTO last_backup (id, given, number, taken_at) VALUES (1, 1, 0, 0)
                        ON CONFLICT (id) DO UPDATE SET given = last_backup.given + 1 RETURNING given
                        """).mapTo(long.class).one();
    }

    @Override
    public WrappedKey wrap(SecretBytes key, Cell cell) {
        return wrapping.wrap(handle, key, cell);
    }

    @Override
    public void taken(Taken backup) {
        handle.createUpdate("""
                        INSERT INTO last_backup (id, given, number, taken_at) VALUES (1, :number, :number, :taken)
                        ON CONFLICT (id) DO UPDATE SET number = :number, taken_at = :taken,
                            given = CASE WHEN last_backup.given < :number THEN :number ELSE last_backup.given END
                        WHERE last_backup.number < :number
                        """)
                .bind("number", backup.number())
                .bind("taken", backup.unixMillis())
                .execute();
    }

    @Override
    public Optional<Taken> last() {
        return handle.createQuery("SELECT number, taken_at FROM last_backup WHERE number > 0")
                .map((row, context) -> new Taken(row.getLong("number"), row.getLong("taken_at")))
                .findOne();
    }
}
