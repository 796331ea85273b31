package dev.latchkey.cli;

import java.util.Arrays;
import java.util.Optional;

/** The settings of a server: each has a place in the file, and a variable that goes before it. */
enum ConfigKey {
    LISTEN("listen", "LATCHKEY_LISTEN"),
    STORAGE_URL("storage.url", "LATCHKEY_STORAGE_URL"),
    STORAGE_USER("storage.user", "LATCHKEY_STORAGE_USER"),
    STORAGE_PASSWORD_FILE("storage.password_file", "LATCHKEY_STORAGE_PASSWORD_FILE"),
    TLS_CERTIFICATE("tls.certificate", "LATCHKEY_TLS_CERTIFICATE"),
    TLS_KEY("tls.key", "LATCHKEY_TLS_KEY"),
    KEYS_ROOT("keys.root", "LATCHKEY_KEYS_ROOT");

    private final String path;
    private final String variable;

    ConfigKey(String path, String variable) {
        this.path = path;
        this.variable = variable;
    }

    /** The place in the file, tables and key joined by dots. */
    String path() {
        return path;
    }

    String variable() {
        return variable;
    }

    static Optional<ConfigKey> of(String path) {
        return Arrays.stream(values()).filter(key -> key.path.equals(path)).findFirst();
    }
}
