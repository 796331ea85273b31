package dev.latchkey.cli;

import dev.latchkey.server.seal.RootKeySource;
import dev.latchkey.server.seal.RootKeySource.InFile;
import dev.latchkey.server.seal.RootKeySource.InToken;
import dev.latchkey.server.seal.RootKeySource.InVault;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads where a server's root key is kept: in a file, in a PKCS#11 token, or with a service. */
final class RootKeySettings {

    /** The kind unless one is given. */
    static final String FILE = "file";

    private static final Set<ConfigKey> TOKEN = EnumSet.of(
            ConfigKey.ROOT_KEY_LIBRARY, ConfigKey.ROOT_KEY_SLOT, ConfigKey.ROOT_KEY_PIN_FILE, ConfigKey.ROOT_KEY_LABEL);

    private static final Set<ConfigKey> VAULT = EnumSet.of(
            ConfigKey.ROOT_KEY_URL,
            ConfigKey.ROOT_KEY_NAME,
            ConfigKey.ROOT_KEY_TOKEN_FILE,
            ConfigKey.ROOT_KEY_AUTHORITY);

    /** The settings read here; which of them must be there depends on the first. */
    static final Set<ConfigKey> KEYS = EnumSet.of(ConfigKey.ROOT_KEY_KIND, ConfigKey.KEYS_ROOT);

    static {
        KEYS.addAll(TOKEN);
        KEYS.addAll(VAULT);
    }

    private final Function<ConfigKey, Optional<Setting>> settings;

    RootKeySettings(Function<ConfigKey, Optional<Setting>> settings) {
        this.settings = settings;
    }

    RootKeySource source() throws CommandFailure {
        Optional<Setting> kind = settings.apply(ConfigKey.ROOT_KEY_KIND);
        return switch (kind.map(Setting::text).orElse(FILE)) {
            case FILE -> {
                refuse(TOKEN, "for kind = \"pkcs11\"");
                refuse(VAULT, "for kind = \"vault\"");
                yield new InFile(required(ConfigKey.KEYS_ROOT).path());
            }
            case "pkcs11" -> {
                refuse(VAULT, "for kind = \"vault\"");
                refuse(EnumSet.of(ConfigKey.KEYS_ROOT), "for a key in a file");
                yield token();
            }
            case "vault" -> {
                refuse(TOKEN, "for kind = \"pkcs11\"");
                refuse(EnumSet.of(ConfigKey.KEYS_ROOT), "for a key in a file");
                yield vault();
            }
            default ->
                throw ServerConfigReader.invalid(kind.orElseThrow().place() + ": " + ConfigKey.ROOT_KEY_KIND.path()
                        + " is \"file\", \"pkcs11\" or \"vault\".");
        };
    }

    private InToken token() throws CommandFailure {
        Setting slot = required(ConfigKey.ROOT_KEY_SLOT);
        Setting library = required(ConfigKey.ROOT_KEY_LIBRARY);
        Path path = library.path();
        if (path.toString().matches(".*[\\s\"'${}].*")) {
            throw ServerConfigReader.invalid(
                    library.place() + ": Java takes no path here with spaces, quotation marks, $ or braces.");
        }
        try {
            return new InToken(
                    path,
                    Long.parseUnsignedLong(slot.text()),
                    required(ConfigKey.ROOT_KEY_PIN_FILE).path(),
                    required(ConfigKey.ROOT_KEY_LABEL).text());
        } catch (NumberFormatException e) {
            throw ServerConfigReader.invalid(
                            slot.place() + ": " + ConfigKey.ROOT_KEY_SLOT.path() + " is the number of a slot.")
                    .because(e);
        }
    }

    private InVault vault() throws CommandFailure {
        Setting url = required(ConfigKey.ROOT_KEY_URL);
        Setting name = required(ConfigKey.ROOT_KEY_NAME);
        if (!url.text().matches("https://[^/?#@\\s]+/[^?#@\\s]*[^/?#@\\s]")) {
            throw ServerConfigReader.invalid(url.place()
                    + ": the address of a transit engine is https://HOST[:PORT]/v1/MOUNT, and holds no password.");
        }
        if (!name.text().matches("[0-9A-Za-z_.-]+")) {
            throw ServerConfigReader.invalid(name.place() + ": this is not the name of a transit key.");
        }
        Optional<Setting> authority = settings.apply(ConfigKey.ROOT_KEY_AUTHORITY);
        try {
            return new InVault(
                    URI.create(url.text()),
                    name.text(),
                    required(ConfigKey.ROOT_KEY_TOKEN_FILE).path(),
                    authority.isPresent() ? Optional.of(authority.get().path()) : Optional.empty());
        } catch (IllegalArgumentException e) {
            throw ServerConfigReader.invalid(url.place() + ": this is no address.")
                    .because(e);
        }
    }

    private Setting required(ConfigKey key) throws CommandFailure {
        return settings.apply(key)
                .orElseThrow(
                        () -> ServerConfigReader.invalid("Not set: " + key.path() + " (or " + key.variable() + ")."));
    }

    private void refuse(Set<ConfigKey> keys, String what) throws CommandFailure {
        for (ConfigKey key : keys) {
            Optional<Setting> stray = settings.apply(key);
            if (stray.isPresent()) {
                throw ServerConfigReader.invalid(
                        stray.get().place() + ": \"" + key.path() + "\" is " + what + ", and another is set.");
            }
        }
    }
}
