package dev.latchkey.cli;

import java.util.Arrays;
import java.util.Optional;

/** The settings of a server: each has a place in the file, and a variable that goes before it. */
enum ConfigKey {
    LISTEN("listen", "LATCHKEY_LISTEN"),
    STORAGE_URL("storage.url", "LATCHKEY_STORAGE_URL"),
    STORAGE_USER("storage.user", "LATCHKEY_STORAGE_USER"),
    STORAGE_PASSWORD_FILE("storage.password_file", "LATCHKEY_STORAGE_PASSWORD_FILE"),
    STORAGE_CONNECTIONS("storage.connections", "LATCHKEY_STORAGE_CONNECTIONS", Form.NUMBER),
    TLS_CERTIFICATE("tls.certificate", "LATCHKEY_TLS_CERTIFICATE"),
    TLS_KEY("tls.key", "LATCHKEY_TLS_KEY"),
    KEYS_ROOT("keys.root", "LATCHKEY_KEYS_ROOT"),
    ROOT_KEY_KIND("root_key.kind", "LATCHKEY_ROOT_KEY_KIND"),
    ROOT_KEY_LIBRARY("root_key.library", "LATCHKEY_ROOT_KEY_LIBRARY"),
    ROOT_KEY_SLOT("root_key.slot", "LATCHKEY_ROOT_KEY_SLOT", Form.NUMBER),
    ROOT_KEY_PIN_FILE("root_key.pin_file", "LATCHKEY_ROOT_KEY_PIN_FILE"),
    ROOT_KEY_LABEL("root_key.label", "LATCHKEY_ROOT_KEY_LABEL"),
    ROOT_KEY_URL("root_key.url", "LATCHKEY_ROOT_KEY_URL"),
    ROOT_KEY_NAME("root_key.name", "LATCHKEY_ROOT_KEY_NAME"),
    ROOT_KEY_TOKEN_FILE("root_key.token_file", "LATCHKEY_ROOT_KEY_TOKEN_FILE"),
    ROOT_KEY_AUTHORITY("root_key.authority", "LATCHKEY_ROOT_KEY_AUTHORITY"),
    PER_ADDRESS_PER_SECOND("limits.per_address_per_second", "LATCHKEY_LIMITS_PER_ADDRESS_PER_SECOND", Form.NUMBER),
    PER_ADDRESS_BURST("limits.per_address_burst", "LATCHKEY_LIMITS_PER_ADDRESS_BURST", Form.NUMBER),
    PER_ACCOUNT_PER_SECOND("limits.per_account_per_second", "LATCHKEY_LIMITS_PER_ACCOUNT_PER_SECOND", Form.NUMBER),
    PER_ACCOUNT_BURST("limits.per_account_burst", "LATCHKEY_LIMITS_PER_ACCOUNT_BURST", Form.NUMBER),
    WHOLE_SERVER_PER_SECOND("limits.whole_server_per_second", "LATCHKEY_LIMITS_WHOLE_SERVER_PER_SECOND", Form.NUMBER),
    WHOLE_SERVER_BURST("limits.whole_server_burst", "LATCHKEY_LIMITS_WHOLE_SERVER_BURST", Form.NUMBER),
    PROXIES_TRUSTED("proxies.trusted", "LATCHKEY_PROXIES_TRUSTED", Form.LIST),
    ADMIN_SOCKET("admin.socket", "LATCHKEY_ADMIN_SOCKET"),
    OPERATIONS_LISTEN("operations.listen", "LATCHKEY_OPERATIONS_LISTEN"),
    OPERATIONS_GRACE_SECONDS("operations.grace_seconds", "LATCHKEY_OPERATIONS_GRACE_SECONDS", Form.NUMBER),
    OPERATIONS_TRACES("operations.traces", "LATCHKEY_OPERATIONS_TRACES"),
    LOG_FORMAT("log.format", "LATCHKEY_LOG_FORMAT");

    private final String path;
    private final String variable;
    private final Form form;

    ConfigKey(String path, String variable) {
        this(path, variable, Form.TEXT);
    }

    ConfigKey(String path, String variable, Form form) {
        this.path = path;
        this.variable = variable;
        this.form = form;
    }

    /** How a setting is written in the file. A variable has the same text, and commas between the items of a list. */
    enum Form {
        TEXT("text between quotation marks, and not empty"),
        NUMBER("a whole number, without quotation marks"),
        LIST("a list such as [\"10.0.0.0/8\", \"192.0.2.1\"]");

        private final String inWords;

        Form(String inWords) {
            this.inWords = inWords;
        }

        /** What a value must be, for a person. */
        String inWords() {
            return inWords;
        }
    }

    Form form() {
        return form;
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
