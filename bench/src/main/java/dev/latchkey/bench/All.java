package dev.latchkey.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The table of targets: measures every row, or one, and prints a line of JSON for each. {@code bench/all} starts it. */
public final class All {

    private static final List<Row> ROWS = List.of(
            new OpaqueLoginRow(),
            new GroupMultiplicationRow(),
            new LoginOverTlsRow(),
            new RetrieveRow(),
            new OwnersAtOnceRow(),
            new OpenSessionsRow(),
            new SoakRow(),
            new CommandLineRow(),
            MillionAccountsRow.sqlite(),
            MillionAccountsRow.postgresql());

    private static final Gson PRETTY = new GsonBuilder()
            .disableHtmlEscaping()
            .setPrettyPrinting()
            .serializeNulls()
            .create();
    private static final Gson LINE =
            new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

    private All() {}

    /** Every row, in the order of the table. */
    static List<Row> rows() {
        return ROWS;
    }

    /** Ends with 0 if every row that was measured holds, with 1 if one does not, and with 2 if it was asked wrongly. */
    public static void main(String[] arguments) throws IOException {
        System.exit(
                run(List.of(arguments), Path.of(System.getProperty("latchkey.project", ".")), System.out, System.err));
    }

    static int run(List<String> arguments, Path project, PrintStream out, PrintStream err) throws IOException {
        if (arguments.contains("--help") || arguments.contains("-h")) {
            out.print(help());
            return 0;
        }
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i += 2) {
            String name = i + 1 < arguments.size() ? arguments.get(i + 1) : "";
            List<Row> named =
                    ROWS.stream().filter(row -> row.name().equals(name)).toList();
            if (!arguments.get(i).equals("--only") || named.isEmpty()) {
                err.println("bench/all: there is no row " + String.join(" ", arguments) + "; nothing was measured.");
                err.print(help());
                return 2;
            }
            rows.addAll(named);
        }
        if (rows.isEmpty()) {
            ROWS.stream().filter(row -> !row.onlyByName()).forEach(rows::add);
        }
        boolean allHold = true;
        for (Row row : rows) {
            err.println(row.name() + ": " + row.about());
            allHold &= measure(row, project, out, err);
        }
        return allHold ? 0 : 1;
    }

    private static boolean measure(Row row, Path project, PrintStream out, PrintStream err) throws IOException {
        JsonObject json;
        boolean holds;
        try (Bench bench = Bench.in(project, err)) {
            long begun = System.nanoTime();
            Finding finding = row.measure(bench);
            json = finding.toJson(row.name());
            json.add("machine", Machine.describe());
            json.addProperty("seconds", Math.round((System.nanoTime() - begun) / 1e9));
            holds = finding.holds();
            keep(project, row.name(), json);
        } catch (Exception failed) {
            // A row that can't be measured does not hold; the others are measured all the same.
            failed.printStackTrace(err);
            json = new Finding().beside("failed", failed.toString()).toJson(row.name());
            holds = false;
        }
        out.println(LINE.toJson(json));
        out.flush();
        return holds;
    }

    /** What was measured last stays in the project, and {@code docs/performance.md} is made of it. */
    private static void keep(Path project, String name, JsonObject json) throws IOException {
        Path folder = Files.createDirectories(
                Report.results(project, Runtime.version().feature()));
        Files.writeString(folder.resolve(name + ".json"), PRETTY.toJson(json) + "\n");
    }

    private static String help() {
        StringBuilder text = new StringBuilder("""
                Usage: bench/all [--only NAME]...

                Measures every row of the table of targets, or those named, and prints for each a line of JSON: name,
                measured, limit, holds, and beside them other figures, the machine and the JDK. What it is doing meanwhile
                goes to standard error. Each result is kept in bench/results, in a folder for each version of Java; bench/report makes
                docs/performance.md of them.

                Ends with 0 if every row holds, and with 1 otherwise.

                Rows:
                """);
        for (Row row : ROWS) {
            text.append(String.format("  %-28s %s%n", row.name(), row.about()));
            if (row.onlyByName()) {
                text.append(String.format("  %-28s (takes long: only if named)%n", ""));
            }
        }
        return text.toString();
    }
}
