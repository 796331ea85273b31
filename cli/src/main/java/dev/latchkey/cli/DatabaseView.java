package dev.latchkey.cli;

import dev.latchkey.server.store.jdbc.DatabasePeek;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The files of a server's database, looked at from outside. */
final class DatabaseView {

    private static final List<Charset> CHARSETS =
            List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE);
    private static final int SHOWN_HEX = 10;
    private static final int DUMPED_BYTES = 64;
    private static final int DUMPED_A_LINE = 16;

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
        int width = Arrays.stream(columns).mapToInt(String::length).max().orElse(0);
        return lastRow(table).stream()
                .filter(cell -> Arrays.asList(columns).contains(cell.column()))
                .map(cell -> DemoStep.sealed(pad(cell.column(), width) + " " + shortened(cell.value())))
                .toList();
    }

    /** The start of the newest row's cell as a dump: place, bytes, and the characters they would be. */
    List<String> dump(String table, String column) throws IOException {
        List<String> lines = new ArrayList<>();
        for (DatabasePeek.Cell cell : lastRow(table)) {
            if (cell.column().equals(column)) {
                byte[] bytes = HexFormat.of().parseHex(cell.value());
                lines.add(table + "." + column + ", " + InWords.bytes(bytes.length) + ":");
                for (int from = 0; from < Math.min(bytes.length, DUMPED_BYTES); from += DUMPED_A_LINE) {
                    lines.add(dump(bytes, from));
                }
            }
        }
        return lines;
    }

    private static String dump(byte[] bytes, int from) {
        StringBuilder hex = new StringBuilder();
        StringBuilder characters = new StringBuilder();
        for (int i = from; i < Math.min(bytes.length, from + DUMPED_A_LINE); i++) {
            hex.append(HexFormat.of().toHexDigits(bytes[i])).append(' ');
            characters.append(bytes[i] >= ' ' && bytes[i] <= '~' ? (char) bytes[i] : '.');
        }
        return String.format("  %04x  %-48s %s", from, hex, characters);
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

    private List<DatabasePeek.Cell> lastRow(String table) throws IOException {
        List<List<DatabasePeek.Cell>> rows = table(table).rows();
        return rows.isEmpty() ? List.of() : rows.get(rows.size() - 1);
    }

    private static String shortened(String value) {
        return value.length() > SHOWN_HEX ? value.substring(0, SHOWN_HEX) + ".. " + value.length() / 2 + " B" : value;
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(width - text.length());
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
