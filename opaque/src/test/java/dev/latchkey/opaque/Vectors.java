package dev.latchkey.opaque;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.StreamSupport;

/** Reads the data files under {@code /vectors}. */
public final class Vectors {

    private Vectors() {}

    public static JsonObject load(String name) {
        try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + name)) {
            return JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static List<JsonObject> objects(JsonObject object, String name) {
        return StreamSupport.stream(object.getAsJsonArray(name).spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    public static byte[] bytes(JsonObject object, String name) {
        return HexFormat.of().parseHex(object.get(name).getAsString());
    }

    /** Null if there is none of that name. */
    public static byte[] bytesOrNull(JsonObject object, String name) {
        return object.has(name) ? bytes(object, name) : null;
    }

    public static SecretBytes secret(JsonObject object, String name) {
        return SecretBytes.takeOwnership(bytes(object, name));
    }
}
