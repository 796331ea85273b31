package dev.latchkey.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    @TempDir
    Path project;

    @BeforeEach
    void make() throws IOException {
        write(17, 3.25);
        write(25, 1.75);
    }

    private void write(int java, double times) throws IOException {
        Path results = Files.createDirectories(Report.results(project, java));
        Files.writeString(results.resolve("retrieve.json"), String.format(Locale.ROOT, """
                {"name": "retrieve", "measured": {"times": %s}, "limit": {"times": "<= 2"}, "holds": %s,
                 "beside": {"server CPU, µs": 1234}, "machine": {"java": "Java %d", "processors": 2, "processor": "P",
                 "date": "2026-11-26"}}
                """, times, times <= 2, java));
    }

    private String document(String template) throws IOException {
        Files.writeString(project.resolve("bench").resolve("performance.md"), template);
        return Report.document(project);
    }

    @Test
    void document_figures_standWhereTheyAreAskedFor() throws IOException {
        assertThat(document("{{retrieve: times}} and {{retrieve: server CPU, µs}}; {{soak: errors}}"))
                .isEqualTo("3.25 and 1,234; not measured");
    }

    @Test
    void document_table_hasEveryRowAndSaysWhatDoesNotHold() throws IOException {
        String table = document("{{table: 17}}");

        assertThat(table).contains("| `retrieve` | times | 3.25 | ≤ 2 | **no** | Java 17, 2 × P, 2026-11-26 |");
        All.rows().forEach(row -> assertThat(table).contains("| `" + row.name() + "` |"));
    }

    @Test
    void document_tablesOfTwoVersions_areApart() throws IOException {
        assertThat(document("{{table: 25}}"))
                .contains("| `retrieve` | times | 1.75 | ≤ 2 | yes | Java 25,")
                .doesNotContain("Java 17");
    }

    @Test
    void document_aFigureThatThereIsNot_isRefused() {
        assertThatIOException()
                .isThrownBy(() -> document("{{retrieve: speed}}"))
                .withMessageContaining("speed");
    }

    @Test
    void theProjectsDocument_isWhatItsResultsMakeOfIt() throws IOException {
        Path root = Path.of(System.getProperty("latchkey.root"));
        assertThat(Files.readString(root.resolve("docs").resolve("performance.md")))
                .as("bench/report makes it anew")
                .isEqualTo(Report.document(root));
    }
}
