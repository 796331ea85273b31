package dev.latchkey.cli;

import dev.latchkey.server.store.StoreLocation;
import dev.latchkey.server.store.StoreLocation.PostgresDatabase;
import dev.latchkey.server.store.StoreLocation.SqliteFile;
import dev.latchkey.server.store.jdbc.Stores;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads where a server keeps its data. */
final class StorageSettings {

    /** The settings read here that need not be there; they are PostgreSQL's. */
    static final Set<ConfigKey> OPTIONAL =
            EnumSet.of(ConfigKey.STORAGE_USER, ConfigKey.STORAGE_PASSWORD_FILE, ConfigKey.STORAGE_CONNECTIONS);

    private static final String SQLITE = "sqlite:";
    private static final String POSTGRESQL = "postgresql:";

    /** As many as a PostgreSQL server is likely to take from all its clients together. */
    private static final int MOST_CONNECTIONS = 1000;

    private final Function<ConfigKey, Optional<Setting>> settings;

    StorageSettings(Function<ConfigKey, Optional<Setting>> settings) {
        this.settings = settings;
    }

    StoreLocation location() throws CommandFailure {
        Setting url = settings.apply(ConfigKey.STORAGE_URL).orElseThrow();
        if (url.text().startsWith(POSTGRESQL)) {
            return postgres(url);
        }
        if (!url.text().startsWith(SQLITE) || url.text().length() == SQLITE.length()) {
            // Not the setting itself: whoever has put a password into it must not find it in a log.
            throw ServerConfigReader.invalid(
                    url.place() + ": this is neither sqlite:PATH nor postgresql://HOST[:PORT]/DATABASE.");
        }
        for (ConfigKey key : OPTIONAL) {
            Optional<Setting> stray = settings.apply(key);
            if (stray.isPresent()) {
                throw ServerConfigReader.invalid(
                        stray.get().place() + ": \"" + key.path() + "\" is for PostgreSQL; SQLite has none.");
            }
        }
        return new SqliteFile(url.path(url.text().substring(SQLITE.length())));
    }

    private StoreLocation postgres(Setting url) throws CommandFailure {
        String user = settings.apply(ConfigKey.STORAGE_USER)
                .orElseThrow(() -> ServerConfigReader.invalid("Not set: " + ConfigKey.STORAGE_USER.path() + " (or "
                        + ConfigKey.STORAGE_USER.variable() + "), the role to log in with."))
                .text();
        Optional<Setting> passwordFile = settings.apply(ConfigKey.STORAGE_PASSWORD_FILE);
        Optional<Path> password =
                passwordFile.isPresent() ? Optional.of(passwordFile.get().path()) : Optional.empty();
        Optional<Setting> connections = settings.apply(ConfigKey.STORAGE_CONNECTIONS);
        int most = connections.isPresent()
                ? connections.get().number(ConfigKey.STORAGE_CONNECTIONS, MOST_CONNECTIONS)
                : PostgresDatabase.DEFAULT_CONNECTIONS;
        try {
            return Stores.requireUsable(new PostgresDatabase(url.text(), user, password, most));
        } catch (IllegalArgumentException e) {
            throw ServerConfigReader.invalid(url.place() + ": " + e.getMessage() + ".")
                    .because(e);
        }
    }
}
