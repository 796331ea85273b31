package dev.latchkey.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    @TempDir
    Path project;

    @BeforeEach
    void make() throws IOException {
        Path results = Files.createDirectories(project.resolve("bench").resolve("results"));
        Files.writeString(results.resolve("retrieve.json"), """
                {"name": "retrieve", "measured": {"times": 3.25}, "limit": {"times": "<= 2"}, "holds": false,
                 "beside": {"server CPU, µs": 1234}, "machine": {"java": "Java 17", "processors": 2, "processor": "P",
                 "date": "2026-11-26"}}
                """);
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
        String table = document("{{table}}");

        assertThat(table).contains("| `retrieve` | times | 3.25 | ≤ 2 | **no** | Java 17, 2 × P, 2026-11-26 |");
        All.rows().forEach(row -> assertThat(table).contains("| `" + row.name() + "` |"));
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
