package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.client.RetrievedSecret;
import dev.latchkey.protocol.Descriptor;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.SecretType;
import java.time.Instant;
import java.util.Locale;

/** What is said of a secret in JSON, beside the secret itself. */
final class SecretJson {

    private SecretJson() {}

    static JsonObject of(RetrievedSecret secret) {
        JsonObject data = of(secret.keyId(), secret.descriptor());
        data.addProperty("bytes", secret.secret().length());
        return data;
    }

    static JsonObject of(KeyId keyId, Descriptor descriptor) {
        JsonObject data = new JsonObject();
        data.addProperty("label", descriptor.label().value());
        data.addProperty("key_id", keyId.toString());
        add(data, descriptor);
        return data;
    }

    static JsonObject of(Descriptor descriptor) {
        JsonObject data = new JsonObject();
        data.addProperty("label", descriptor.label().value());
        add(data, descriptor);
        return data;
    }

    private static void add(JsonObject data, Descriptor descriptor) {
        data.addProperty("origin", descriptor.origin().text());
        data.addProperty("type", type(descriptor));
        data.addProperty(
                "created", Instant.ofEpochMilli(descriptor.createdUnixMs()).toString());
    }

    /** The type's name, or its number where a later version gave it. */
    static String type(Descriptor descriptor) {
        return descriptor.type().map(SecretJson::name).orElse(Integer.toString(descriptor.typeCode()));
    }

    static String name(SecretType type) {
        return type.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
