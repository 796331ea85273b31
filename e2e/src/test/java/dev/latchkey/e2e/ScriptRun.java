package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A script that anyone can run and read, run on the Java of this test and with a temporary folder of its own, where it must
 * leave nothing behind.
 *
 * @param exitValue 0 if all was as the script expected
 * @param output its standard output
 * @param errors its standard error
 */
record ScriptRun(int exitValue, String output, String errors) {
    private static final Duration DEADLINE = Duration.ofMinutes(6);

    static ScriptRun of(Path script, Path folder) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Path errors = folder.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder(script.toString())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().put("JAVA_HOME", JavaProcess.javaHome().toString());
        builder.environment()
                .put("TMPDIR", Files.createDirectory(folder.resolve("tmp")).toString());
        Process process = builder.start();
        boolean ended = process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        ScriptRun run =
                new ScriptRun(ended ? process.exitValue() : -1, Files.readString(output), Files.readString(errors));
        assertThat(ended).as("ended within %s: %s", DEADLINE, run).isTrue();
        try (var left = Files.list(folder.resolve("tmp"))) {
            assertThat(left).as("what it leaves behind").isEmpty();
        }
        return run;
    }
}
