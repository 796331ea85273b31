package dev.latchkey.server.store;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** Where a store keeps what it is given. */
public sealed interface StoreLocation {

    /** For an operator: which database it is, without anything that must not be shown. */
    String describe();

    /**
     * One SQLite file; made, with its folder, where there is none.
     *
     * @param file the database
     */
    record SqliteFile(Path file) implements StoreLocation {
        public SqliteFile {
            Objects.requireNonNull(file, "file");
        }

        @Override
        public String describe() {
            return file.toString();
        }
    }

    /**
     * A PostgreSQL database, which any number of servers share.
     *
     * @param url {@code postgresql://HOST[:PORT][,HOST[:PORT]…]/DATABASE[?PARAMETERS]}; of several hosts, the one that is
     *     the primary is used
     * @param user the role
     * @param passwordFile holds the role's password in its first line, read at every connection; empty where the database
     *     asks for none
     * @param connections held open at most
     */
    record PostgresDatabase(String url, String user, Optional<Path> passwordFile, int connections)
            implements StoreLocation {
        /** Enough for the workers of a small machine. */
        public static final int DEFAULT_CONNECTIONS = 10;

        public PostgresDatabase {
            Objects.requireNonNull(url, "url");
            Objects.requireNonNull(user, "user");
            Objects.requireNonNull(passwordFile, "passwordFile");
            if (connections < 1) {
                throw new IllegalArgumentException("a store needs a connection");
            }
        }

        /** The address without its parameters, which may hold what is nobody's business. */
        @Override
        public String describe() {
            int parameters = url.indexOf('?');
            return parameters < 0 ? url : url.substring(0, parameters);
        }
    }
}
