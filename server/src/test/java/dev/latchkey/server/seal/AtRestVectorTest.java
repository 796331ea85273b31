package dev.latchkey.server.seal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.UserId;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The formats at rest (protocol §15) against figures that {@code at-rest.mjs} computed without this code. */
final class AtRestVectorTest {
    private static final JsonObject FIGURES = load();
    private static final SecureRandom SALT = new OneAnswer(bytes(FIGURES, "salt"));

    private static JsonObject load() {
        try (Reader reader = new InputStreamReader(
                AtRestVectorTest.class.getResourceAsStream("/vectors/at-rest.json"), StandardCharsets.UTF_8)) {
            return JsonParser.parseReader(reader).getAsJsonObject();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(JsonObject object, String name) {
        return HexFormat.of().parseHex(object.get(name).getAsString());
    }

    private static SecretBytes secret(String name) {
        return SecretBytes.takeOwnership(bytes(FIGURES, name));
    }

    private static Cell cell(JsonObject value) {
        Cell cell =
                Cell.of(value.get("table").getAsString(), value.get("column").getAsString());
        byte[] user = bytes(value, "userId");
        long version = value.get("credentialVersion").getAsLong();
        Cell owned = user.length == 0 ? cell : cell.owner(UserId.of(user));
        Cell versioned = version == 0 ? owned : owned.credentialVersion(version);
        return versioned.row(bytes(value, "row"));
    }

    @TestFactory
    Stream<DynamicTest> seal_isByteForByteTheFormat() {
        return values().stream()
                .map(value -> DynamicTest.dynamicTest(value.get("name").getAsString(), () -> {
                    try (DataKey key = dataKey(value)) {
                        assertThat(key.seal(bytes(value, "plaintext"), cell(value), SALT))
                                .isEqualTo(bytes(value, "sealed"));
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> open_readsTheFormat() {
        return values().stream()
                .map(value -> DynamicTest.dynamicTest(value.get("name").getAsString(), () -> {
                    try (DataKey key = dataKey(value);
                            SecretBytes opened = key.open(bytes(value, "sealed"), cell(value))) {
                        assertThat(opened.copyBytes()).isEqualTo(bytes(value, "plaintext"));
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> sealUnderAnErasureKey_isByteForByteTheFormat() {
        return values().stream()
                .map(value -> DynamicTest.dynamicTest(value.get("name").getAsString(), () -> {
                    try (DataKey key = dataKey(value);
                            SecretBytes erasureKey = secret("erasureKey");
                            DataKey rowKey = key.under(erasureKey);
                            SecretBytes opened = rowKey.open(bytes(value, "erasable"), cell(value))) {
                        assertThat(rowKey.seal(bytes(value, "plaintext"), cell(value), SALT))
                                .isEqualTo(bytes(value, "erasable"));
                        assertThat(opened.copyBytes()).isEqualTo(bytes(value, "plaintext"));
                    }
                }));
    }

    @Test
    void wrap_isByteForByteTheFormat() throws DamagedValueException {
        byte[] wrapped = bytes(FIGURES, "wrappedDataKey");
        Cell cell = Cell.of("data_keys", "wrapped")
                .row(FIGURES.get("wrappedDataKeyRow").getAsLong());
        try (RootKey rootKey = new RootKey(secret("rootKey"), SALT);
                SecretBytes dataKey = secret("dataKey");
                SecretBytes unwrapped = rootKey.unwrap(wrapped, cell)) {
            assertThat(rootKey.wrap(dataKey, cell)).isEqualTo(wrapped);
            assertThat(unwrapped.constantTimeEquals(dataKey)).isTrue();
        }
    }

    @Test
    void rootKeyFile_isByteForByteTheFormat(@TempDir Path folder) throws IOException, RootKeyException {
        Path file = folder.resolve("root.key");
        String text = FIGURES.get("rootKeyFile").getAsString();

        RootKeyFile.create(file, new OneAnswer(bytes(FIGURES, "rootKey"))).close();

        assertThat(file).hasContent(text);
        try (RootKey loaded = RootKeyFile.load(file, SALT)) {
            assertThat(loaded.key().copyBytes()).isEqualTo(bytes(FIGURES, "rootKey"));
            assertThat(loaded.fingerprint()).isEqualTo(bytes(FIGURES, "fingerprint"));
        }
        assertThat(Files.size(file)).isEqualTo(text.length());
    }

    private static List<JsonObject> values() {
        return StreamSupport.stream(FIGURES.getAsJsonArray("values").spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    private static DataKey dataKey(JsonObject value) {
        try (SecretBytes key = secret("dataKey")) {
            return new DataKey(value.get("keyVersion").getAsInt(), key);
        }
    }
}
