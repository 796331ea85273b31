package dev.latchkey.cli;

import dev.latchkey.server.store.StoreLocation;
import dev.latchkey.server.store.StoreLocation.PostgresDatabase;
import dev.latchkey.server.store.StoreLocation.SqliteFile;
import dev.latchkey.server.store.jdbc.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;

/** Reads a server's settings from a TOML file and from variables, and refuses what it does not know. */
final class ServerConfigReader {

    private static final String SQLITE = "sqlite:";
    private static final String POSTGRESQL = "postgresql:";
    private static final Set<ConfigKey> OPTIONAL =
            EnumSet.of(ConfigKey.LISTEN, ConfigKey.STORAGE_USER, ConfigKey.STORAGE_PASSWORD_FILE);
    private static final ListenAddress DEFAULT_LISTEN = new ListenAddress("localhost", ServerFolder.DEFAULT_PORT);

    private final Map<ConfigKey, Setting> settings = new EnumMap<>(ConfigKey.class);

    private ServerConfigReader() {}

    /**
     * Reads {@code file}, in which relative paths start at its own folder, and the variables, in which they start at the
     * current one.
     *
     * @param file empty if all is to come from variables
     */
    static ServerConfig read(Optional<Path> file, Surroundings surroundings) throws CommandFailure {
        ServerConfigReader reader = new ServerConfigReader();
        if (file.isPresent()) {
            reader.readFile(file.get());
        }
        for (ConfigKey key : ConfigKey.values()) {
            surroundings
                    .variable(key.variable())
                    .ifPresent(value -> reader.settings.put(key, new Setting(value, key.variable(), Path.of(""))));
        }
        return reader.build();
    }

    private void readFile(Path file) throws CommandFailure {
        TomlParseResult toml;
        try {
            toml = Toml.parse(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new CommandFailure(
                            FailureCode.INVALID_CONFIGURATION,
                            "There is no configuration file " + file + ".",
                            "The server was not started.",
                            "Make one with: latchkey server init; or name yours with --config FILE.")
                    .because(e);
        } catch (IOException e) {
            throw new CommandFailure(
                            FailureCode.FILE_UNREADABLE,
                            "The configuration file " + file + " can't be read as UTF-8 text.",
                            "The server was not started.",
                            "Check that this user may read it.")
                    .because(e);
        }
        if (toml.hasErrors()) {
            TomlParseError error = toml.errors().get(0);
            throw invalid(at(file, error.position()) + ": " + error.getMessage());
        }
        Path folder = file.toAbsolutePath().getParent();
        for (List<String> path : toml.keyPathSet()) {
            readKey(file, folder, toml, path);
        }
    }

    private void readKey(Path file, Path folder, TomlParseResult toml, List<String> path) throws CommandFailure {
        String name = String.join(".", path);
        String place = at(file, toml.inputPositionOf(path));
        ConfigKey key = ConfigKey.of(name)
                .orElseThrow(
                        () -> invalid(place + ": there is no setting \"" + name + "\"; there are " + known() + "."));
        String text = text(key.form(), toml.get(path))
                .orElseThrow(() -> invalid(
                        place + ": \"" + name + "\" must be " + key.form().inWords() + "."));
        settings.put(key, new Setting(text, place, folder));
    }

    /** A value in the form that a variable gives it; empty if it is not what it must be. */
    private static Optional<String> text(ConfigKey.Form form, Object value) {
        return switch (form) {
            case TEXT -> value instanceof String text && !text.isEmpty() ? Optional.of(text) : Optional.empty();
            case NUMBER -> value instanceof Long number ? Optional.of(number.toString()) : Optional.empty();
            case LIST ->
                value instanceof TomlArray list && list.toList().stream().allMatch(ServerConfigReader::isItem)
                        ? Optional.of(
                                list.toList().stream().map(String.class::cast).collect(Collectors.joining(",")))
                        : Optional.empty();
        };
    }

    private static boolean isItem(Object value) {
        return value instanceof String text && !text.isEmpty() && text.indexOf(',') < 0;
    }

    private ServerConfig build() throws CommandFailure {
        List<ConfigKey> missing = new ArrayList<>(List.of(ConfigKey.values()));
        missing.removeAll(OPTIONAL);
        missing.removeAll(TrafficSettings.KEYS);
        missing.removeAll(settings.keySet());
        if (!missing.isEmpty()) {
            throw invalid("Not set: "
                    + missing.stream()
                            .map(key -> key.path() + " (or " + key.variable() + ")")
                            .collect(Collectors.joining(", "))
                    + ".");
        }
        return new ServerConfig(
                listen(),
                storage(),
                new ServerConfig.Tls(file(ConfigKey.TLS_CERTIFICATE), file(ConfigKey.TLS_KEY)),
                file(ConfigKey.KEYS_ROOT),
                new TrafficSettings(key -> Optional.ofNullable(settings.get(key))).traffic());
    }

    private ListenAddress listen() throws CommandFailure {
        Setting setting = settings.get(ConfigKey.LISTEN);
        if (setting == null) {
            return DEFAULT_LISTEN;
        }
        return ListenAddress.parse(setting.text())
                .orElseThrow(() -> invalid(setting.place() + ": \"" + setting.text()
                        + "\" is not HOST:PORT, for example localhost:7443 or [::]:7443."));
    }

    private StoreLocation storage() throws CommandFailure {
        Setting setting = settings.get(ConfigKey.STORAGE_URL);
        if (setting.text().startsWith(POSTGRESQL)) {
            return postgres(setting);
        }
        if (!setting.text().startsWith(SQLITE) || setting.text().length() == SQLITE.length()) {
            // Not the setting itself: whoever has put a password into it must not find it in a log.
            throw invalid(setting.place() + ": this is neither sqlite:PATH nor postgresql://HOST[:PORT]/DATABASE.");
        }
        for (ConfigKey key : List.of(ConfigKey.STORAGE_USER, ConfigKey.STORAGE_PASSWORD_FILE)) {
            if (settings.containsKey(key)) {
                throw invalid(
                        settings.get(key).place() + ": \"" + key.path() + "\" is for PostgreSQL; SQLite has none.");
            }
        }
        return new SqliteFile(resolve(setting, setting.text().substring(SQLITE.length())));
    }

    private StoreLocation postgres(Setting url) throws CommandFailure {
        Setting user = settings.get(ConfigKey.STORAGE_USER);
        if (user == null) {
            throw invalid("Not set: " + ConfigKey.STORAGE_USER.path() + " (or " + ConfigKey.STORAGE_USER.variable()
                    + "), the role to log in with.");
        }
        Optional<Path> passwordFile = settings.containsKey(ConfigKey.STORAGE_PASSWORD_FILE)
                ? Optional.of(file(ConfigKey.STORAGE_PASSWORD_FILE))
                : Optional.empty();
        try {
            return Stores.requireUsable(
                    new PostgresDatabase(url.text(), user.text(), passwordFile, PostgresDatabase.DEFAULT_CONNECTIONS));
        } catch (IllegalArgumentException e) {
            throw invalid(url.place() + ": " + e.getMessage() + ".").because(e);
        }
    }

    private Path file(ConfigKey key) throws CommandFailure {
        return resolve(settings.get(key), settings.get(key).text());
    }

    private static Path resolve(Setting setting, String path) throws CommandFailure {
        try {
            return setting.folder().resolve(path).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw invalid(setting.place() + ": \"" + path + "\" is not the name of a file.")
                    .because(e);
        }
    }

    private static String at(Path file, TomlPosition position) {
        return file + ", line " + position.line() + ", column " + position.column();
    }

    private static String known() {
        return Arrays.stream(ConfigKey.values()).map(ConfigKey::path).collect(Collectors.joining(", "));
    }

    static CommandFailure invalid(String what) {
        return new CommandFailure(
                FailureCode.INVALID_CONFIGURATION,
                what,
                "The server was not started.",
                "Correct the setting and start it again.");
    }

    /**
     * One setting as given.
     *
     * @param text the value
     * @param place where it stands, for a person
     * @param folder where a relative path starts
     */
    record Setting(String text, String place, Path folder) {}
}
