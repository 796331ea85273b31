package dev.latchkey.bench;

import dev.latchkey.bench.load.Deadline;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Other OPAQUE implementations in a Node.js process of their own ({@code bench/peers}), which times itself. */
final class NodePeer implements AutoCloseable {

    private static final long INSTALLING_SECONDS = 300;
    private static final Duration ANSWER = Duration.ofSeconds(60);

    private final Process process;
    private final BufferedWriter questions;
    private final BufferedReader answers;

    private NodePeer(Process process) {
        this.process = process;
        this.questions = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts it, and installs its packages before if that was not done yet. */
    static NodePeer start(Bench bench) throws IOException, InterruptedException {
        Path folder = bench.project().resolve("bench").resolve("peers");
        if (!Files.exists(folder.resolve("node_modules"))) {
            bench.say("installing the packages of bench/peers");
            Process npm = new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund")
                    .directory(folder.toFile())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (!npm.waitFor(INSTALLING_SECONDS, TimeUnit.SECONDS) || npm.exitValue() != 0) {
                npm.destroyForcibly();
                throw new IOException("npm ci did not succeed in " + folder);
            }
        }
        return new NodePeer(new ProcessBuilder("node", "peer.mjs")
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** The microseconds that the server's part of a login took there, as the mean of {@code count}. */
    double loginMicros(String peer, int count) throws IOException {
        questions.write(peer + " " + count + "\n");
        questions.flush();
        String answer = Deadline.of(process, ANSWER, answers::readLine);
        if (answer == null || answer.startsWith("error")) {
            throw new IOException(peer + ": " + answer);
        }
        return Double.parseDouble(answer);
    }

    @Override
    public void close() {
        process.destroy();
    }
}
