package dev.latchkey.protocol;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.latchkey.opaque.SecretBytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.StreamSupport;

/** Reads the data files under {@code /vectors}, which scripts in {@code src/test/vectors} computed. */
final class Vectors {

    private Vectors() {}

    static JsonObject load(String name) {
        try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + name)) {
            return JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<JsonObject> objects(JsonObject object, String name) {
        return StreamSupport.stream(object.getAsJsonArray(name).spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    static byte[] bytes(JsonObject object, String name) {
        return HexFormat.of().parseHex(object.get(name).getAsString());
    }

    static SecretBytes secret(JsonObject object, String name) {
        return SecretBytes.takeOwnership(bytes(object, name));
    }

    static UserId userId(JsonObject object) {
        return UserId.of(bytes(object, "user_id"));
    }

    /** Code points in hexadecimal, one space between them. */
    static String text(JsonObject object, String name) {
        StringBuilder text = new StringBuilder();
        for (String codePoint : object.get(name).getAsString().split(" ", -1)) {
            text.appendCodePoint(Integer.parseInt(codePoint, 16));
        }
        return text.toString();
    }
}
