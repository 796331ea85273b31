package dev.latchkey.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;

/** Reads a server's settings from a TOML file and from variables, and refuses what it does not know. */
final class ServerConfigReader {

    private static final String SQLITE = "sqlite:";
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
        if (!(toml.get(path) instanceof String text) || text.isEmpty()) {
            throw invalid(place + ": \"" + name + "\" must be text between quotation marks, and not empty.");
        }
        settings.put(key, new Setting(text, place, folder));
    }

    private ServerConfig build() throws CommandFailure {
        List<ConfigKey> missing = new ArrayList<>(List.of(ConfigKey.values()));
        missing.remove(ConfigKey.LISTEN);
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
                database(),
                new ServerConfig.Tls(file(ConfigKey.TLS_CERTIFICATE), file(ConfigKey.TLS_KEY)),
                file(ConfigKey.KEYS_ROOT));
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

    private Path database() throws CommandFailure {
        Setting setting = settings.get(ConfigKey.STORAGE_URL);
        if (setting.text().startsWith("postgresql:") || setting.text().startsWith("postgres:")) {
            throw invalid(setting.place()
                    + ": this version keeps its data in SQLite only; PostgreSQL comes with a later one.");
        }
        if (!setting.text().startsWith(SQLITE) || setting.text().length() == SQLITE.length()) {
            throw invalid(setting.place() + ": \"" + setting.text() + "\" is not sqlite:PATH.");
        }
        return resolve(setting, setting.text().substring(SQLITE.length()));
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

    private static CommandFailure invalid(String what) {
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
    private record Setting(String text, String place, Path folder) {}
}
