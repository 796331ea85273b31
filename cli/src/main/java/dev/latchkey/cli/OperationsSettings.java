package dev.latchkey.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads what an operator sees of a server. Every setting of it has a default. */
final class OperationsSettings {

    /** The settings read here. */
    static final Set<ConfigKey> KEYS = EnumSet.of(
            ConfigKey.OPERATIONS_LISTEN,
            ConfigKey.OPERATIONS_GRACE_SECONDS,
            ConfigKey.OPERATIONS_TRACES,
            ConfigKey.LOG_FORMAT);

    private static final int MOST_GRACE_SECONDS = 45;

    private final Function<ConfigKey, Optional<Setting>> settings;

    OperationsSettings(Function<ConfigKey, Optional<Setting>> settings) {
        this.settings = settings;
    }

    ServerConfig.Operations operations() throws CommandFailure {
        return new ServerConfig.Operations(listen(), grace(), traces(), log(), false);
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

    private Optional<URI> traces() throws CommandFailure {
        Optional<Setting> setting = settings.apply(ConfigKey.OPERATIONS_TRACES);
        if (setting.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                collector(setting.get().text())
                        .orElseThrow(
                                () -> ServerConfigReader.invalid(
                                        setting.get().place()
                                                + ": operations.traces is the address of a collector, for example http://127.0.0.1:4318: http or https, a host"
                                                + " (letters, digits, dots and hyphens) and a port up to 65535, without a path and without a password.")));
    }

    /** What is refused is not repeated: it may hold a password. */
    private static Optional<URI> collector(String text) {
        try {
            URI address = new URI(text);
            boolean isHttp = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
            String asIs = address.getScheme() + "://" + address.getAuthority();
            boolean isOnlyAnAddress =
                    address.getHost() != null && address.getRawUserInfo() == null && asIs.equals(text);
            boolean isPort = address.getPort() == -1 || (address.getPort() > 0 && address.getPort() <= 65_535);
            return isHttp && isOnlyAnAddress && isPort ? Optional.of(address) : Optional.empty();
        } catch (URISyntaxException notAnAddress) {
            return Optional.empty();
        }
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
