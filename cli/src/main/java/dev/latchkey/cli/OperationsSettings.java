package dev.latchkey.cli;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads what an operator sees of a server. Every setting of it has a default. */
final class OperationsSettings {

    /** The settings read here. */
    static final Set<ConfigKey> KEYS =
            EnumSet.of(ConfigKey.OPERATIONS_LISTEN, ConfigKey.OPERATIONS_GRACE_SECONDS, ConfigKey.LOG_FORMAT);

    private static final int MOST_GRACE_SECONDS = 45;

    private final Function<ConfigKey, Optional<Setting>> settings;

    OperationsSettings(Function<ConfigKey, Optional<Setting>> settings) {
        this.settings = settings;
    }

    ServerConfig.Operations operations() throws CommandFailure {
        return new ServerConfig.Operations(listen(), grace(), log(), false);
    }

    private Optional<ListenAddress> listen() throws CommandFailure {
        Optional<Setting> setting = settings.apply(ConfigKey.OPERATIONS_LISTEN);
        return setting.isEmpty() ? Optional.empty() : Optional.of(ServerConfigReader.address(setting.get()));
    }

    private Duration grace() throws CommandFailure {
        Optional<Setting> setting = settings.apply(ConfigKey.OPERATIONS_GRACE_SECONDS);
        return setting.isEmpty()
                ? Duration.ZERO
                : Duration.ofSeconds(setting.get().number(ConfigKey.OPERATIONS_GRACE_SECONDS, MOST_GRACE_SECONDS));
    }

    private LogFormat log() throws CommandFailure {
        Optional<Setting> setting = settings.apply(ConfigKey.LOG_FORMAT);
        if (setting.isEmpty()) {
            return LogFormat.TEXT;
        }
        return LogFormat.of(setting.get().text())
                .orElseThrow(() -> ServerConfigReader.invalid(setting.get().place()
                        + ": log.format is text or json, not \"" + setting.get().text() + "\"."));
    }
}
