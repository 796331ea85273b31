package dev.latchkey.cli;

import java.util.ArrayList;
import java.util.List;
import org.jline.utils.WCWidth;

/** Lines whose columns stand under one another. */
final class TextTable {

    private static final String GAP = "  ";

    private final List<String[]> lines = new ArrayList<>();

    TextTable(String... heading) {
        lines.add(heading);
    }

    /** As many cells as the heading has. */
    void add(String... cells) {
        lines.add(cells);
    }

    /** All lines, without a line end behind the last. */
    @Override
    public String toString() {
        int columns = lines.get(0).length;
        int[] widths = new int[columns];
        for (String[] line : lines) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], width(line[i]));
            }
        }
        StringBuilder text = new StringBuilder();
        for (String[] line : lines) {
            StringBuilder row = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                row.append(line[i])
                        .append(" ".repeat(widths[i] - width(line[i])))
                        .append(GAP);
            }
            text.append(text.isEmpty() ? "" : System.lineSeparator())
                    .append(row.toString().stripTrailing());
        }
        return text.toString();
    }

    /** In columns of a screen, of which a sign of East Asia and an emoji take two. */
    private static int width(String cell) {
        return cell.codePoints().map(c -> Math.max(0, WCWidth.wcwidth(c))).sum();
    }
}
