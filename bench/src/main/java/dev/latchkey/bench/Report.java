package dev.latchkey.bench;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes {@code docs/performance.md} of {@code bench/performance.md} and what was measured last: every figure in the document is
 * put there by this.
 *
 * <p>In the text, <code>{{table: 25}}</code> stands for the table of targets as measured on Java 25, and <code>{{NAME:
 * FIGURE}}</code> for one figure of a row, on Java 17. What was not measured is said not to be.
 */
public final class Report {

    /** The version whose figures stand in the text: the oldest that is supported. */
    static final int JAVA = 17;

    private static final Pattern PLACE = Pattern.compile("\\{\\{([^:}]+): ([^}]+)}}");
    private static final String NOT_MEASURED = "not measured";

    private Report() {}

    /** Writes the document. */
    public static void main(String[] arguments) throws IOException {
        Path project = Path.of(System.getProperty("latchkey.project", "."));
        Path document = project.resolve("docs").resolve("performance.md");
        Files.writeString(document, document(project));
        System.out.println("wrote " + document);
    }

    /** Where the results on a version of Java are. */
    static Path results(Path project, int java) {
        return project.resolve("bench").resolve("results").resolve("java-" + java);
    }

    /** The document as it should be. */
    static String document(Path project) throws IOException {
        Path results = results(project, JAVA);
        Path template = project.resolve("bench").resolve("performance.md");
        Matcher places = PLACE.matcher(Files.readString(template));
        StringBuilder document = new StringBuilder();
        while (places.find()) {
            String what = places.group(1);
            String of = places.group(2);
            String put =
                    what.equals("table") ? table(results(project, Integer.parseInt(of))) : figure(results, what, of);
            places.appendReplacement(document, Matcher.quoteReplacement(put));
        }
        return places.appendTail(document).toString();
    }

    private static String table(Path results) throws IOException {
        StringBuilder table = new StringBuilder(
                "| row | figure | measured | must be | holds | measured on |\n|---|---|---|---|---|---|\n");
        for (Row row : All.rows()) {
            Optional<JsonObject> found = result(results, row.name());
            if (found.isEmpty()) {
                table.append(String.format("| `%s` | %s | %s | | | |%n", row.name(), row.about(), NOT_MEASURED));
                continue;
            }
            JsonObject result = found.get();
            JsonObject limits = result.getAsJsonObject("limit");
            String holds = result.get("holds").getAsBoolean() ? "yes" : "**no**";
            String name = "`" + row.name() + "`";
            for (Map.Entry<String, JsonElement> figure :
                    result.getAsJsonObject("measured").entrySet()) {
                table.append(String.format(
                        "| %s | %s | %s | %s | %s | %s |%n",
                        name,
                        figure.getKey(),
                        text(figure.getValue()),
                        limits.get(figure.getKey())
                                .getAsString()
                                .replace("<=", "≤")
                                .replace(">=", "≥"),
                        holds,
                        machine(result)));
                name = "";
                holds = "";
            }
        }
        return table.toString().strip();
    }

    private static String machine(JsonObject result) {
        JsonObject machine = result.getAsJsonObject("machine");
        return machine.get("java").getAsString() + ", "
                + machine.get("processors").getAsInt() + " × "
                + machine.get("processor").getAsString() + ", "
                + machine.get("date").getAsString();
    }

    private static String figure(Path results, String row, String figure) throws IOException {
        Optional<JsonObject> result = result(results, row);
        if (result.isEmpty()) {
            return NOT_MEASURED;
        }
        for (String part : new String[] {"measured", "beside"}) {
            JsonElement value = result.get().getAsJsonObject(part).get(figure);
            if (value != null) {
                return text(value);
            }
        }
        throw new IOException("bench/performance.md asks for " + row + ": " + figure + ", and there is no such figure");
    }

    private static Optional<JsonObject> result(Path results, String row) throws IOException {
        Path file = results.resolve(row + ".json");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        return Optional.of(JsonParser.parseString(Files.readString(file)).getAsJsonObject());
    }

    private static String text(JsonElement value) {
        if (value.isJsonNull()) {
            return NOT_MEASURED;
        }
        if (!value.getAsJsonPrimitive().isNumber()) {
            return value.getAsString();
        }
        double number = value.getAsDouble();
        return number == Math.rint(number) ? String.format(Locale.ROOT, "%,.0f", number) : value.getAsString();
    }
}
