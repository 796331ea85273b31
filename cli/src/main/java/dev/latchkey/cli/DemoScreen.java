package dev.latchkey.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Shows the demonstration in two columns: what the owner has, and beside it what the server's database has. */
final class DemoScreen implements DemoAudience {

    private static final int MAX_COLUMNS = 120;
    private static final int FRAME = 5;

    private final PrintStream out;
    private final Style style;
    private final int width;
    private int shown;

    DemoScreen(PrintStream out, Style style) {
        this.out = out;
        this.style = style;
        this.width = (Math.min(style.columns(), MAX_COLUMNS) - FRAME) / 2;
    }

    void opening() {
        out.println(style.bold("Latchkey, once through") + ": an owner, a server, and what each of them has.");
    }

    @Override
    public void see(String title, List<String> lines) {
        heading(title);
        out.println(style.dim(style.sign("\u2500", "-").repeat(2 * width + FRAME)));
        lines.forEach(line -> out.println(" " + line));
    }

    @Override
    public void see(DemoStep step) {
        heading(step.title());
        String line = style.sign("\u2500", "-").repeat(width + 2);
        out.println(style.dim(line + style.sign("\u252c", "+") + line));
        row(DemoStep.sealed(step.who()), DemoStep.sealed("THE DATABASE HAS"));
        List<DemoStep.Line> left = wrap(step.owner());
        List<DemoStep.Line> right = wrap(step.server());
        for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
            row(at(left, i), at(right, i));
        }
    }

    void closing(String text) {
        out.println();
        text.lines().forEach(line -> out.println(" " + line));
    }

    private void heading(String title) {
        shown++;
        out.println();
        out.println(" " + style.bold(shown + "  " + title));
    }

    private void row(DemoStep.Line left, DemoStep.Line right) {
        String gap = " ".repeat(width - left.text().length());
        out.println((" " + toned(left) + gap + " " + style.dim(style.sign("\u2502", "|")) + " " + toned(right))
                .stripTrailing());
    }

    private static DemoStep.Line at(List<DemoStep.Line> lines, int index) {
        return index < lines.size() ? lines.get(index) : DemoStep.plain("");
    }

    private String toned(DemoStep.Line line) {
        return switch (line.tone()) {
            case PLAIN -> line.text();
            case CLEAR -> style.bold(line.text());
            case SEALED -> style.dim(line.text());
            case GOOD -> style.good(line.text());
            case BAD -> style.bad(line.text());
        };
    }

    private List<DemoStep.Line> wrap(List<DemoStep.Line> lines) {
        List<DemoStep.Line> wrapped = new ArrayList<>();
        for (DemoStep.Line line : lines) {
            String rest = line.text();
            while (rest.length() > width) {
                int space = rest.lastIndexOf(' ', width);
                int end = space > 0 ? space : width;
                wrapped.add(new DemoStep.Line(rest.substring(0, end), line.tone()));
                rest = rest.substring(end).stripLeading();
            }
            wrapped.add(new DemoStep.Line(rest, line.tone()));
        }
        return wrapped;
    }
}
