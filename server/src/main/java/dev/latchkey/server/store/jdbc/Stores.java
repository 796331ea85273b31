package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.seal.KeyWrapper;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreCheck;
import dev.latchkey.server.store.StoreCheck.Summary;
import dev.latchkey.server.store.StoreLocation;
import dev.latchkey.server.store.StoreLocation.PostgresDatabase;
import dev.latchkey.server.store.StoreLocation.SqliteFile;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOptions;

/** Opens stores. */
public final class Stores {
    private Stores() {}

    /**
     * Opens the store, and makes it at the deployment's first start. The caller closes it.
     *
     * @throws StoreOpenException if the database is not this version's, not this root key's, in use or not usable;
     *     nothing in it was changed then
     */
    public static Store open(StoreOptions options) throws StoreOpenException {
        // Not a switch over the kinds: Java 17 has none over types yet.
        if (options.location() instanceof SqliteFile file) {
            return SqliteStore.open(options, file);
        }
        return PostgresStore.open(options, (PostgresDatabase) options.location());
    }

    /**
     * Opens a store that was made before. The caller closes it.
     *
     * @throws StoreOpenException as {@link #open}, and if there is none: none is made
     */
    public static Store openExisting(StoreOptions options) throws StoreOpenException {
        requireExisting(options);
        return open(options);
    }

    /**
     * Looks whether a store is there and could be opened; changes nothing.
     *
     * @throws StoreOpenException if not
     */
    public static void requireExisting(StoreOptions options) throws StoreOpenException {
        requireThere(options.location());
        if (look(options) == 0) {
            throw new StoreOpenException(
                    StoreOpenException.Reason.FOREIGN, options.location().describe(), null);
        }
    }

    /**
     * Looks whether a SQLite file is there and nobody has it, whatever is in it. Of PostgreSQL nothing is to be seen from
     * outside.
     *
     * @throws StoreOpenException if not
     */
    public static void requireThere(StoreLocation location) throws StoreOpenException {
        if (location instanceof SqliteFile file) {
            SqliteStore.requireThere(file);
        }
    }

    /**
     * Looks at where a store is to be, without going there.
     *
     * @return the same
     * @throws IllegalArgumentException if it is no address; its text says what one looks like
     */
    public static StoreLocation requireUsable(StoreLocation location) {
        if (location instanceof PostgresDatabase database) {
            return new PostgresAddress(database).database();
        }
        return location;
    }

    /**
     * Brings the tables of a PostgreSQL database to this version's form, under a lock that keeps other servers from doing
     * the same, and opens nothing. A SQLite file is brought there whenever it is opened.
     *
     * @return the version before and after
     * @throws StoreOpenException if the database is not this server's, or its tables can't be changed
     */
    public static Migrated migrate(StoreOptions options) throws StoreOpenException {
        if (options.location() instanceof SqliteFile file) {
            return SqliteStore.migrate(options, file);
        }
        return PostgresStart.migrate(options, (PostgresDatabase) options.location());
    }

    /**
     * Looks whether the store could be opened, also beside a server that has it open, and changes nothing. Whether it can be
     * written is not found out.
     *
     * @return the version of its tables, 0 where there are none yet
     * @throws StoreOpenException if the database is not this version's, not this root key's, or can't be read
     */
    public static int look(StoreOptions options) throws StoreOpenException {
        if (options.location() instanceof SqliteFile file) {
            return SqliteStart.look(options, file);
        }
        return PostgresStart.look(options, (PostgresDatabase) options.location());
    }

    /**
     * Opens every sealed value and holds every row against its owner's log; changes nothing. A SQLite file must not be in
     * use; PostgreSQL may be, each owner is looked at as it is at one moment.
     *
     * @param check is told what is found
     * @throws StoreOpenException if the database is not this version's, not this root key's, in use or not readable
     */
    public static Summary check(StoreOptions options, StoreCheck check) throws StoreOpenException {
        if (options.location() instanceof SqliteFile file) {
            return SqliteStore.check(options, file, check);
        }
        return PostgresStart.check(options, (PostgresDatabase) options.location(), check);
    }

    /**
     * Wraps all data keys under another root key, in one transaction: until it is committed the old one opens the database
     * and the new one does not, afterwards it is the other way round. A SQLite file must not be in use; servers over PostgreSQL may
     * run, and take the new one over from where they find theirs.
     *
     * @param to stays the caller's
     * @return false if the database is under {@code to} already, and nothing was changed
     * @throws StoreOpenException if the database is not this version's, under neither of the two, in use or not usable; with
     *     COMMIT_UNKNOWN it is under one of the two
     */
    public static boolean changeRootKey(StoreOptions options, KeyWrapper to) throws StoreOpenException {
        if (options.location() instanceof SqliteFile file) {
            return SqliteStore.changeRootKey(options, file, to);
        }
        return PostgresStart.changeRootKey(options, (PostgresDatabase) options.location(), to);
    }

    /**
     * What a migration came to.
     *
     * @param before the version that the tables had, 0 where there were none
     * @param after the version that they have
     */
    public record Migrated(int before, int after) {}
}
