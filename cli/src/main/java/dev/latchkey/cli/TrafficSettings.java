package dev.latchkey.cli;

import dev.latchkey.server.peer.AddressPrefix;
import dev.latchkey.server.peer.TrustedProxies;
import dev.latchkey.server.store.Rate;
import dev.latchkey.server.store.ThroughputLimits;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads who may ask how much. Every setting of it has a default. */
final class TrafficSettings {

    /** The settings read here. */
    static final Set<ConfigKey> KEYS = EnumSet.range(ConfigKey.PER_ADDRESS_PER_SECOND, ConfigKey.PROXIES_TRUSTED);

    private static final ThroughputLimits DEFAULT = ThroughputLimits.DEFAULT;

    private final Function<ConfigKey, Optional<Setting>> settings;

    TrafficSettings(Function<ConfigKey, Optional<Setting>> settings) {
        this.settings = settings;
    }

    ServerConfig.Traffic traffic() throws CommandFailure {
        ThroughputLimits limits = new ThroughputLimits(
                rate(ConfigKey.PER_ADDRESS_PER_SECOND, ConfigKey.PER_ADDRESS_BURST, DEFAULT.perAddress()),
                rate(ConfigKey.PER_ACCOUNT_PER_SECOND, ConfigKey.PER_ACCOUNT_BURST, DEFAULT.perAccount()),
                rate(ConfigKey.WHOLE_SERVER_PER_SECOND, ConfigKey.WHOLE_SERVER_BURST, DEFAULT.wholeServer()));
        return new ServerConfig.Traffic(limits, proxies());
    }

    private Rate rate(ConfigKey perSecondKey, ConfigKey burstKey, Rate standard) throws CommandFailure {
        int perSecond = number(perSecondKey, standard.perSecond(), Rate.MOST_PER_SECOND);
        int most = Rate.mostAtOnce(perSecond);
        // What was not set follows what was.
        return new Rate(perSecond, number(burstKey, Math.min(standard.burst(), most), most));
    }

    private int number(ConfigKey key, int standard, int most) throws CommandFailure {
        Optional<Setting> setting = settings.apply(key);
        return setting.isEmpty() ? standard : setting.get().number(key, most);
    }

    private TrustedProxies proxies() throws CommandFailure {
        Optional<Setting> setting = settings.apply(ConfigKey.PROXIES_TRUSTED);
        if (setting.isEmpty() || setting.get().text().isEmpty()) {
            return TrustedProxies.NONE;
        }
        List<AddressPrefix> networks = new ArrayList<>();
        for (String item : setting.get().text().split(",", -1)) {
            networks.add(AddressPrefix.parse(item.strip())
                    .orElseThrow(() -> ServerConfigReader.invalid(setting.get().place() + ": \"" + item
                            + "\" is no address and no network, for example 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32.")));
        }
        return new TrustedProxies(networks);
    }
}
