package dev.latchkey.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A line chart as SVG: axes with names, ticks and a grid, and lines with a legend. */
public final class Plot {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 400;
    private static final int LEFT = 76;
    private static final int RIGHT = 20;
    private static final int TOP = 52;
    private static final int BOTTOM = 56;
    private static final int TICKS = 6;
    private static final String[] COLOURS = {"#1f6fb2", "#c8553d", "#4a8f4a", "#7a5195", "#8a6d3b"};

    private final String title;
    private final Axis x;
    private final Axis y;
    private final List<Line> lines = new ArrayList<>();

    /**
     * An axis.
     *
     * @param name with its unit
     * @param labels by which the places 0, 1, 2… go; empty for numbers
     */
    public record Axis(String name, List<String> labels) {
        public static Axis ofNumbers(String name) {
            return new Axis(name, List.of());
        }
    }

    private record Line(String name, List<Point> points) {}

    private record Point(double x, double y) {}

    public Plot(String title, Axis x, Axis y) {
        this.title = title;
        this.x = x;
        this.y = y;
    }

    /** Adds a line of points; a line has at least one. */
    public Plot line(String name, double[] xs, double[] ys) {
        if (xs.length == 0 || xs.length != ys.length) {
            throw new IllegalArgumentException("a line has points, each with two numbers");
        }
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < xs.length; i++) {
            points.add(new Point(xs[i], ys[i]));
        }
        lines.add(new Line(name, points));
        return this;
    }

    public void writeTo(Path file) throws IOException {
        Files.writeString(file, svg());
    }

    String svg() {
        List<Point> all = lines.stream().flatMap(line -> line.points().stream()).toList();
        double left = all.stream().mapToDouble(Point::x).min().orElseThrow();
        double right = all.stream().mapToDouble(Point::x).max().orElseThrow();
        double top = all.stream().mapToDouble(Point::y).max().orElseThrow();
        double step = niceStep(top / TICKS);
        Scale scale = new Scale(left, right == left ? left + 1 : right, step * Math.max(1, Math.ceil(top / step)));
        StringBuilder svg = new StringBuilder();
        svg.append(format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">%n",
                WIDTH, HEIGHT));
        svg.append(format("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>%n", WIDTH, HEIGHT));
        text(svg, LEFT, 20, "start", "font-size=\"15\" font-weight=\"bold\"", title);
        for (double value = 0; value <= scale.top() * 1.0001; value += step) {
            double at = scale.y(value);
            svg.append(format(
                    "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#dddddd\"/>%n",
                    LEFT, at, WIDTH - RIGHT, at));
            text(svg, LEFT - 8, at + 4, "end", "", number(value));
        }
        xTicks(svg, scale);
        text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12, "middle", "", x.name());
        svg.append(format(
                "<text transform=\"translate(16 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>%n",
                (TOP + HEIGHT - BOTTOM) / 2, escape(y.name())));
        for (int i = 0; i < lines.size(); i++) {
            draw(svg, scale, lines.get(i), i);
        }
        return svg.append("</svg>\n").toString();
    }

    private void xTicks(StringBuilder svg, Scale scale) {
        if (!x.labels().isEmpty()) {
            for (int place = 0; place < x.labels().size(); place++) {
                text(
                        svg,
                        scale.x(place),
                        HEIGHT - BOTTOM + 18,
                        "middle",
                        "",
                        x.labels().get(place));
            }
            return;
        }
        double step = niceStep((scale.right() - scale.left()) / TICKS);
        for (double value = Math.ceil(scale.left() / step) * step; value <= scale.right() * 1.0001; value += step) {
            text(svg, scale.x(value), HEIGHT - BOTTOM + 18, "middle", "", number(value));
        }
    }

    private static void draw(StringBuilder svg, Scale scale, Line line, int index) {
        String colour = COLOURS[index % COLOURS.length];
        StringBuilder points = new StringBuilder();
        for (Point point : line.points()) {
            points.append(format("%.1f,%.1f ", scale.x(point.x()), scale.y(point.y())));
        }
        svg.append(format(
                "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>%n",
                colour, points.toString().strip()));
        double at = LEFT + index * 210.0;
        svg.append(format(
                "<line x1=\"%.1f\" y1=\"36\" x2=\"%.1f\" y2=\"36\" stroke=\"%s\" stroke-width=\"2\"/>%n",
                at, at + 18, colour));
        text(svg, at + 24, 40, "start", "", line.name());
    }

    /** From what is measured to where it stands in the picture. */
    private record Scale(double left, double right, double top) {
        double x(double value) {
            return LEFT + (value - left) / (right - left) * (WIDTH - LEFT - RIGHT);
        }

        double y(double value) {
            return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM);
        }
    }

    /** 1, 2 or 5 times a power of ten. */
    private static double niceStep(double rough) {
        if (rough <= 0) {
            return 1;
        }
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double digit = rough / power;
        return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
    }

    private static String number(double value) {
        return value == Math.rint(value) ? format("%,.0f", value) : format("%.3g", value);
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String more, String words) {
        svg.append(format(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" %s>%s</text>%n", x, y, anchor, more, escape(words)));
    }

    private static String escape(String words) {
        return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
