package dev.latchkey.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.latchkey.protocol.wire.Constraint;
import dev.latchkey.protocol.wire.Constraints;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.Refusal;
import dev.latchkey.protocol.wire.RetrievalIntent;
import dev.latchkey.protocol.wire.SessionKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of {@code docs/protocol.md} say what the code and the {@code .proto} files say. */
class ProtocolDocumentTest {

    private static final List<String> LINES = read();

    private static List<String> read() {
        try {
            return Files.readAllLines(Path.of(System.getProperty("latchkey.root"), "docs", "protocol.md"));
        } catch (IOException e) {
            throw new AssertionError("docs/protocol.md cannot be read", e);
        }
    }

    /** The first cells of the table under a heading, head and rule left out. */
    private static List<String> rows(String heading, int cells) {
        return LINES.stream()
                .dropWhile(line -> !line.equals(heading))
                .skip(1)
                .dropWhile(line -> !line.startsWith("|"))
                .takeWhile(line -> line.startsWith("|"))
                .skip(2)
                .map(line -> String.join(
                        " ",
                        Arrays.copyOfRange(line.replaceAll("\\s*\\|\\s*", "|").split("\\|", -1), 1, cells + 1)))
                .toList();
    }

    private static List<String> numbers(EnumDescriptor type, String prefix) {
        return type.getValues().stream()
                .filter(value -> value.getNumber() != 0)
                .map(value -> value.getNumber() + " " + value.getName().substring(prefix.length()))
                .toList();
    }

    @Test
    void numbers_ofTheWire_areInTheDocument() {
        assertThat(rows("### Session kinds", 2)).isEqualTo(numbers(SessionKind.getDescriptor(), "SESSION_KIND_"));
        assertThat(rows("### Retrieval intents", 2))
                .isEqualTo(numbers(RetrievalIntent.getDescriptor(), "RETRIEVAL_INTENT_"));
        assertThat(rows("### Failure codes", 2)).isEqualTo(numbers(FailureCode.getDescriptor(), "FAILURE_CODE_"));
        assertThat(rows("### Refusal reasons", 2)).isEqualTo(numbers(Refusal.Reason.getDescriptor(), "REASON_"));
    }

    @Test
    void numbers_ofTheSealedBytes_areInTheDocument() {
        assertThat(rows("### Audit actions", 2))
                .isEqualTo(Arrays.stream(AuditAction.values())
                        .map(action -> action.code() + " " + action)
                        .toList());
        assertThat(rows("### Audit outcomes", 2))
                .isEqualTo(Arrays.stream(AuditOutcome.values())
                        .map(outcome -> outcome.code() + " " + outcome)
                        .toList());
        assertThat(rows("### Origins", 3))
                .isEqualTo(Arrays.stream(Origin.values())
                        .map(origin -> origin.code() + " " + origin + " `" + origin.text() + "`")
                        .toList());
        assertThat(rows("### Secret types", 2))
                .isEqualTo(Arrays.stream(SecretType.values())
                        .map(type -> type.code() + " " + type)
                        .toList());
    }

    @Test
    void fields_ofEveryMessage_areInTheDocumentWithTheirBounds() {
        Stream<String> fields = WireSamples.types()
                .flatMap(type -> type.getFields().stream())
                .map(field -> String.join(
                        " ",
                        "`" + field.getContainingType().getName() + "`",
                        Integer.toString(field.getNumber()),
                        "`" + field.getName() + "`",
                        type(field),
                        bounds(field)));

        assertThat(rows("### Fields and their bounds", 5)).isEqualTo(fields.toList());
    }

    private static String type(FieldDescriptor field) {
        String type = switch (field.getJavaType()) {
            case MESSAGE -> field.getMessageType().getName();
            case ENUM -> field.getEnumType().getName();
            default -> field.getType().name().toLowerCase(Locale.ROOT);
        };
        boolean alternative = field.getRealContainingOneof() != null;
        return (field.isRepeated() ? "repeated " : "") + type + (alternative ? " (one of)" : "");
    }

    private static String bounds(FieldDescriptor field) {
        Constraint rule = field.getOptions().getExtension(Constraints.must);
        String items = rule.getMaxItems() == 0 ? "" : rule.getMinItems() + "–" + rule.getMaxItems() + " items";
        String own;
        if (rule.getSize() != 0) {
            own = rule.getSize() + " bytes";
        } else if (rule.getMaxSize() != 0) {
            own = rule.getMinSize() + "–" + rule.getMaxSize() + " bytes";
        } else if (rule.getMax() != 0) {
            own = rule.getMin() + "–" + rule.getMax();
        } else if (rule.getMin() != 0) {
            own = "at least " + rule.getMin();
        } else {
            own = rule.getRequired() && !field.isRepeated() ? "required" : "";
        }
        if (field.toProto().getProto3Optional()) {
            return "absent, or " + own;
        }
        return items.isEmpty() || own.isEmpty() ? items + own : items + " of " + own;
    }
}
