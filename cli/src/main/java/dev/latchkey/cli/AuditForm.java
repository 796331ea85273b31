package dev.latchkey.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The forms in which a log is printed. */
enum AuditForm {
    /** Columns for a person. */
    TABLE {
        @Override
        String text(List<AuditLine> lines) {
            TextTable table = new TextTable("N", "TIME", "ACTION", "OUTCOME", "SECRET");
            for (AuditLine line : lines) {
                table.add(
                        Long.toString(line.n()),
                        InWords.moment(line.time()),
                        line.isFailedLogin() ? "! " + line.action() : line.action(),
                        line.failures().compareTo(BigInteger.ONE) > 0
                                ? line.outcome() + " (" + line.failures() + ")"
                                : line.outcome(),
                        line.subject());
            }
            return table + "\n";
        }
    },
    /** One JSON object a line. */
    JSONL {
        @Override
        String text(List<AuditLine> lines) {
            return lines.stream().map(line -> GSON.toJson(line.json()) + "\n").collect(Collectors.joining());
        }
    },
    /** Fields between commas (RFC 4180), with a heading. */
    CSV {
        @Override
        String text(List<AuditLine> lines) {
            return String.join(",", AuditLine.FIELDS)
                    + END
                    + lines.stream()
                            .map(line ->
                                    line.fields().stream().map(AuditForm::csv).collect(Collectors.joining(",")) + END)
                            .collect(Collectors.joining());
        }
    };

    private static final Gson GSON =
            new GsonBuilder().disableHtmlEscaping().serializeNulls().create();
    private static final String END = "\r\n";
    /** What a spreadsheet takes for the start of a formula, also behind white space. */
    private static final Pattern FORMULA =
            Pattern.compile("[\\s\\u0000]*[=+\\-@\\uff0b\\uff0d\\uff1d\\uff20].*", Pattern.DOTALL);

    /** All lines, each with its end. */
    abstract String text(List<AuditLine> lines);

    /** One field: a label that would be calculated gets an apostrophe in front, and what could end a field is quoted. */
    static String csv(String field) {
        String harmless = FORMULA.matcher(field).matches() ? "'" + field : field;
        boolean plain = harmless.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r' || c == ';');
        return plain ? harmless : '"' + harmless.replace("\"", "\"\"") + '"';
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
