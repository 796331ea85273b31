package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that anyone can run and read, run on the Java of this test. */
final class ByHandTest {
    private static final Duration DEADLINE = Duration.ofMinutes(5);

    @Test
    void script_run_findsEveryExitCodeAsExpected(@TempDir Path folder) throws Exception {
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("latchkey.root"), "e2e", "by-hand")
                        .toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("JAVA_HOME", JavaProcess.javaHome().toString());
        builder.environment().put("TMPDIR", folder.toString());
        Process script = builder.start();
        boolean ended = script.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        if (!ended) {
            script.descendants().forEach(ProcessHandle::destroyForcibly);
            script.destroyForcibly();
        }

        String printed = Files.readString(output);
        assertThat(ended).as("ended within %s: %s", DEADLINE, printed).isTrue();
        assertThat(script.exitValue()).as(printed).isZero();
        assertThat(printed).contains(" as expected, 0 not").doesNotContain("WRONG");
        try (var left = Files.list(folder)) {
            assertThat(left).as("what it leaves behind").containsExactly(output);
        }
    }
}
