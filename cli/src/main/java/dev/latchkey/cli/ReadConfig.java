package dev.latchkey.cli;

import dev.latchkey.server.seal.RootKeySource;
import dev.latchkey.server.store.Rate;
import dev.latchkey.server.store.StoreLocation;
import dev.latchkey.server.store.StoreLocation.PostgresDatabase;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A server's configuration and where each part of it comes from.
 *
 * @param config what a server would be started with
 * @param given what was set, and where
 */
record ReadConfig(ServerConfig config, Map<ConfigKey, Setting> given) {

    static final String DEFAULT = "default";
    static final String NOT_SET = "not set";

    /**
     * A setting as it holds.
     *
     * @param key which
     * @param value what a server would use; for a setting that names a file its name, never what is in it
     * @param source the place or variable it comes from, or one of the two words above
     */
    record Line(ConfigKey key, Optional<String> value, String source) {}

    /** All settings there are, in their order. */
    List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        for (ConfigKey key : ConfigKey.values()) {
            Optional<String> value = value(key);
            String source = given.containsKey(key) ? given.get(key).place() : value.isPresent() ? DEFAULT : NOT_SET;
            lines.add(new Line(key, value, source));
        }
        return lines;
    }

    private Optional<String> value(ConfigKey key) {
        return switch (key) {
            case LISTEN -> Optional.of(config.listen().toString());
            // Without its parameters, like everywhere else.
            case STORAGE_URL -> Optional.of(shown(config.storage()));
            case STORAGE_PASSWORD_FILE ->
                postgres(database -> database.passwordFile().map(Path::toString));
            case STORAGE_CONNECTIONS -> postgres(database -> Optional.of(Integer.toString(database.connections())));
            case TLS_CERTIFICATE -> Optional.of(config.tls().certificate().toString());
            case TLS_KEY -> Optional.of(config.tls().key().toString());
            case KEYS_ROOT ->
                config.rootKey() instanceof RootKeySource.InFile inFile
                        ? Optional.of(inFile.file().toString())
                        : Optional.empty();
            case ROOT_KEY_KIND ->
                Optional.of(given.containsKey(key) ? given.get(key).text() : RootKeySettings.FILE);
            case PER_ADDRESS_PER_SECOND ->
                perSecond(config.traffic().throughput().perAddress());
            case PER_ADDRESS_BURST -> burst(config.traffic().throughput().perAddress());
            case PER_ACCOUNT_PER_SECOND ->
                perSecond(config.traffic().throughput().perAccount());
            case PER_ACCOUNT_BURST -> burst(config.traffic().throughput().perAccount());
            case WHOLE_SERVER_PER_SECOND ->
                perSecond(config.traffic().throughput().wholeServer());
            case WHOLE_SERVER_BURST -> burst(config.traffic().throughput().wholeServer());
            case ADMIN_SOCKET -> config.operator().socket().map(Path::toString);
            case OPERATIONS_LISTEN -> config.operations().listen().map(ListenAddress::toString);
            case OPERATIONS_GRACE_SECONDS ->
                Optional.of(Long.toString(config.operations().grace().toSeconds()));
            case OPERATIONS_TRACES -> config.operations().traces().map(URI::toString);
            case PROXIES_TRUSTED ->
                Optional.of(given.containsKey(key) ? given.get(key).text() : "")
                        .filter(text -> !text.isEmpty())
                        .or(() -> Optional.of("none"));
            case LOG_FORMAT -> Optional.of(config.operations().log().id());
            default -> Optional.ofNullable(given.get(key)).map(Setting::text);
        };
    }

    private Optional<String> postgres(Function<PostgresDatabase, Optional<String>> part) {
        return config.storage() instanceof PostgresDatabase database ? part.apply(database) : Optional.empty();
    }

    private static String shown(StoreLocation storage) {
        return storage instanceof PostgresDatabase ? storage.describe() : "sqlite:" + storage.describe();
    }

    private static Optional<String> perSecond(Rate rate) {
        return Optional.of(Integer.toString(rate.perSecond()));
    }

    private static Optional<String> burst(Rate rate) {
        return Optional.of(Integer.toString(rate.burst()));
    }
}
