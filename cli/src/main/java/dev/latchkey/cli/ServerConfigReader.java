package dev.latchkey.cli;

import dev.latchkey.server.seal.RootKeySource;
import java.io.IOException;
import java.nio.file.Files;
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
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;

/** Reads a server's settings from a TOML file and from variables, and refuses what it does not know. */
final class ServerConfigReader {

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
        return readWithPlaces(file, surroundings).config();
    }

    /** Like {@link #read}, and keeps what was given and where. */
    static ReadConfig readWithPlaces(Optional<Path> file, Surroundings surroundings) throws CommandFailure {
        ServerConfigReader reader = new ServerConfigReader();
        if (file.isPresent()) {
            reader.readFile(file.get());
        }
        for (ConfigKey key : ConfigKey.values()) {
            surroundings
                    .variable(key.variable())
                    .ifPresent(value -> reader.settings.put(key, new Setting(value, key.variable(), Path.of(""))));
        }
        return new ReadConfig(reader.build(), Map.copyOf(reader.settings));
    }

    /** Where the root key is by that file alone: variables name the one that is in use. */
    static RootKeySource rootKey(Path file) throws CommandFailure {
        ServerConfigReader reader = new ServerConfigReader();
        reader.readFile(file);
        return new RootKeySettings(reader::setting).source();
    }

    private void readFile(Path file) throws CommandFailure {
        TomlParseResult toml;
        try {
            toml = Toml.parse(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new CommandFailure(
                            FailureCode.INVALID_CONFIGURATION,
                            "There is no configuration file " + file + ".",
                            "Nothing was started or changed.",
                            "Make one with: latchkey server init; or name yours with --config FILE.")
                    .because(e);
        } catch (IOException e) {
            throw new CommandFailure(
                            FailureCode.FILE_UNREADABLE,
                            "The configuration file " + file + " can't be read as UTF-8 text.",
                            "Nothing was started or changed.",
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
        missing.remove(ConfigKey.LISTEN);
        missing.removeAll(StorageSettings.OPTIONAL);
        missing.removeAll(TrafficSettings.KEYS);
        missing.remove(ConfigKey.ADMIN_SOCKET);
        missing.removeAll(OperationsSettings.KEYS);
        missing.removeAll(RootKeySettings.KEYS);
        if (!settings.containsKey(ConfigKey.ROOT_KEY_KIND)) {
            missing.add(ConfigKey.KEYS_ROOT);
        }
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
                new ServerConfig.Data(
                        new StorageSettings(this::setting).location(), new RootKeySettings(this::setting).source()),
                new ServerConfig.Tls(file(ConfigKey.TLS_CERTIFICATE), file(ConfigKey.TLS_KEY)),
                new TrafficSettings(this::setting).traffic(),
                operator());
    }

    private Optional<Setting> setting(ConfigKey key) {
        return Optional.ofNullable(settings.get(key));
    }

    private ListenAddress listen() throws CommandFailure {
        Setting setting = settings.get(ConfigKey.LISTEN);
        if (setting == null) {
            return DEFAULT_LISTEN;
        }
        return address(setting);
    }

    /** The setting as an address to listen on. */
    static ListenAddress address(Setting setting) throws CommandFailure {
        return ListenAddress.parse(setting.text())
                .orElseThrow(() -> invalid(setting.place() + ": \"" + setting.text()
                        + "\" is not HOST:PORT, for example localhost:7443 or [::]:7443."));
    }

    private ServerConfig.Operator operator() throws CommandFailure {
        Setting socket = settings.get(ConfigKey.ADMIN_SOCKET);
        return new ServerConfig.Operator(
                socket == null ? Optional.empty() : Optional.of(socket.path()),
                new OperationsSettings(this::setting).operations());
    }

    private Path file(ConfigKey key) throws CommandFailure {
        return settings.get(key).path();
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
                "Nothing was started or changed.",
                "Correct the setting, and give the command again.");
    }
}
