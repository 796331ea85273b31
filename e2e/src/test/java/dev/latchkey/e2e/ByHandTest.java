package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job, walked through by a script. */
final class ByHandTest {

    @Test
    void script_run_findsEveryExitCodeAsExpected(@TempDir Path folder) throws Exception {
        ScriptRun run = ScriptRun.of(Path.of(System.getProperty("latchkey.root"), "e2e", "by-hand"), folder);

        assertThat(run.exitValue()).as(run.toString()).isZero();
        assertThat(run.output()).contains(" as expected, 0 not").doesNotContain("WRONG");
    }
}
