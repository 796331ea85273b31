package dev.latchkey.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AllTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path project;

    private int run(String... arguments) throws IOException {
        return All.run(
                List.of(arguments), project, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }

    @Test
    void help_namesEveryRow_opaqueLoginFirst() throws IOException {
        assertThat(run("--help")).isZero();

        String help = out.toString(UTF_8);
        assertThat(All.rows()).extracting(Row::name).startsWith("opaque-login").doesNotHaveDuplicates();
        All.rows().forEach(row -> assertThat(help).contains(row.name()).contains(row.about()));
    }

    @Test
    void only_aRowThatThereIsNot_measuresNothingAndSaysSo() throws IOException {
        assertThat(run("--only", "speed")).isEqualTo(2);

        assertThat(out.toString(UTF_8)).isEmpty();
        assertThat(err.toString(UTF_8))
                .contains("no row")
                .contains("nothing was measured")
                .contains("opaque-login");
    }

    @Test
    void only_withoutAName_measuresNothing() throws IOException {
        assertThat(run("--only")).isEqualTo(2);
        assertThat(run("opaque-login")).isEqualTo(2);

        assertThat(out.toString(UTF_8)).isEmpty();
    }
}
