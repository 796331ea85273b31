package dev.latchkey.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class PlotTest {

    private static Document parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    @Test
    void svg_axesAndLines_areNamedAndNotEmpty() throws Exception {
        String svg = new Plot(
                        "a < b & c", new Plot.Axis("percentile", List.of("50", "99")), Plot.Axis.ofNumbers("time, ms"))
                .line("one", new double[] {0, 1}, new double[] {3, 40})
                .line("two", new double[] {0, 1}, new double[] {5, 10})
                .svg();

        Document document = parsed(svg);

        assertThat(document.getElementsByTagName("polyline").getLength()).isEqualTo(2);
        assertThat(document.getDocumentElement().getTextContent())
                .contains("a < b & c", "percentile", "50", "99", "time, ms", "one", "two");
    }

    @Test
    void svg_points_lieInsideTheAxes() throws Exception {
        String svg = new Plot("t", Plot.Axis.ofNumbers("x"), Plot.Axis.ofNumbers("y"))
                .line("line", new double[] {0, 30, 60}, new double[] {0, 123, 7})
                .svg();

        String points = parsed(svg)
                .getElementsByTagName("polyline")
                .item(0)
                .getAttributes()
                .getNamedItem("points")
                .getTextContent();

        assertThat(points.split(" ", -1)).hasSize(3).allSatisfy(point -> {
            int comma = point.indexOf(',');
            assertThat(Double.parseDouble(point.substring(0, comma))).isBetween(76.0, 700.0);
            assertThat(Double.parseDouble(point.substring(comma + 1))).isBetween(52.0, 344.0);
        });
    }

    @Test
    void line_withoutPoints_isACallersBug() {
        Plot plot = new Plot("t", Plot.Axis.ofNumbers("x"), Plot.Axis.ofNumbers("y"));

        assertThatIllegalArgumentException().isThrownBy(() -> plot.line("line", new double[0], new double[0]));
    }
}
