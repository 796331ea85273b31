package dev.latchkey.cli;

import dev.latchkey.server.store.jdbc.DatabasePeek;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The files of a server's database, looked at from outside. */
final class DatabaseView {

    private static final List<Charset> CHARSETS =
            List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE);
    private static final int SHOWN_HEX = 14;

    private final Path database;

    DatabaseView(Path database) {
        this.database = database;
    }

    /** The number of rows of a table. */
    int rows(String table) throws IOException {
        return table(table).rows().size();
    }

    /** The newest row's cells in these columns, shortened, one a line. */
    List<DemoStep.Line> lastRow(String table, String... columns) throws IOException {
        List<DemoStep.Line> lines = new ArrayList<>();
        List<List<DatabasePeek.Cell>> rows = table(table).rows();
        if (rows.isEmpty()) {
            return lines;
        }
        for (DatabasePeek.Cell cell : rows.get(rows.size() - 1)) {
            if (Arrays.asList(columns).contains(cell.column())) {
                lines.add(DemoStep.sealed(shortened(cell)));
            }
        }
        return lines;
    }

    /** How often the text stands in the database's files, in any of the usual encodings. */
    int occurrences(String text) throws IOException {
        int found = 0;
        for (Path file : files()) {
            byte[] content = Files.readAllBytes(file);
            for (Charset charset : CHARSETS) {
                found += occurrences(content, text.getBytes(charset));
            }
        }
        return found;
    }

    /** The size of the database's files together. */
    long bytes() throws IOException {
        long sum = 0;
        for (Path file : files()) {
            sum += Files.size(file);
        }
        return sum;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(database.getParent())) {
            return files.filter(file -> file.getFileName()
                            .toString()
                            .startsWith(database.getFileName().toString()))
                    .toList();
        }
    }

    private DatabasePeek.Table table(String name) throws IOException {
        return DatabasePeek.read(database).stream()
                .filter(table -> table.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IOException("there is no table " + name));
    }

    private static String shortened(DatabasePeek.Cell cell) {
        String value = cell.value();
        String shown = value.length() > SHOWN_HEX
                ? value.substring(0, SHOWN_HEX) + ".. " + InWords.bytes(value.length() / 2)
                : value;
        return String.format("%-12s %s", cell.column(), shown);
    }

    private static int occurrences(byte[] content, byte[] text) {
        int found = 0;
        for (int i = 0; i + text.length <= content.length; i++) {
            if (Arrays.equals(content, i, i + text.length, text, 0, text.length)) {
                found++;
            }
        }
        return found;
    }
}
