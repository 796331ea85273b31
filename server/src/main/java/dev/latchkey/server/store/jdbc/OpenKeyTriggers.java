package dev.latchkey.server.store.jdbc;

import java.io.IOException;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The triggers that let nothing be sealed under a data key that is closed, or not there. */
final class OpenKeyTriggers {
    private OpenKeyTriggers() {}

    /**
     * Fills tables while they take every row as it comes, a damaged one too, in the transaction that is open: others see them
     * with their triggers. It takes who owns the tables; where that is another, the triggers stay.
     */
    static void without(Handle handle, StoreCopy.Filling filling) throws IOException {
        List<String> tables = handle.createQuery("""
                        SELECT c.oid::regclass::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
                        WHERE t.tgname = 'open_keys' AND c.relnamespace = current_schema()::regnamespace
                            AND pg_has_role(c.relowner, 'USAGE')
                        """).mapTo(String.class).list();
        each(handle, "DISABLE", tables);
        filling.fill(handle);
        each(handle, "ENABLE", tables);
    }

    private static void each(Handle handle, String does, List<String> tables) {
        for (String table : tables) {
            handle.execute("ALTER TABLE " + table + " " + does + " TRIGGER open_keys");
        }
    }
}
