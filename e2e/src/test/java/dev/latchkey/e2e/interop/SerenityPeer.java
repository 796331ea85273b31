package dev.latchkey.e2e.interop;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The process of {@code e2e/interop/opaque-peer.mjs}: one question, one answer, each within a deadline. */
final class SerenityPeer implements AutoCloseable {

    private static final String INSTALL =
            "This test needs Node.js 18 or later on the PATH and the packages of e2e/interop. In the project's folder: "
                    + "npm ci --prefix e2e/interop";
    private static final int ANSWER_SECONDS = 60;
    private static final int EXIT_SECONDS = 10;

    /** Stands in the queue for the end of the process's output. */
    private static final String END = "";

    private final Process process;
    private final Writer questions;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private SerenityPeer(Process process) {
        this.process = process;
        this.questions = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        Thread reader = new Thread(this::readAnswers, "serenity-peer-answers");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts the process; its standard error is that of the test. */
    static SerenityPeer start() {
        Path folder = Path.of(System.getProperty("latchkey.root"), "e2e", "interop");
        if (!Files.isDirectory(folder.resolve("node_modules/@serenity-kit/opaque"))) {
            throw new AssertionError(INSTALL);
        }
        try {
            return new SerenityPeer(new ProcessBuilder("node", "opaque-peer.mjs")
                    .directory(folder.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new AssertionError(INSTALL, e);
        }
    }

    Setup createSetup() {
        JsonObject result = ask(question("createSetup"));
        return new Setup(
                result.get("setup").getAsString(), result.get("publicKey").getAsString());
    }

    static JsonObject question(String operation) {
        JsonObject question = new JsonObject();
        question.addProperty("op", operation);
        return question;
    }

    static JsonObject question(String operation, Setting setting) {
        JsonObject identifiers = new JsonObject();
        if (setting.clientIdentity() != null) {
            identifiers.addProperty("client", setting.clientIdentity());
        }
        if (setting.serverIdentity() != null) {
            identifiers.addProperty("server", setting.serverIdentity());
        }
        JsonObject ksf = new JsonObject();
        ksf.addProperty("memoryKib", setting.ksf().memoryKib());
        ksf.addProperty("iterations", setting.ksf().iterations());
        ksf.addProperty("parallelism", setting.ksf().parallelism());
        JsonObject question = question(operation);
        question.add("identifiers", identifiers);
        question.add("ksf", ksf);
        return question;
    }

    /** The result; fails if the process reports an error. */
    JsonObject ask(JsonObject question) {
        JsonObject answer = answerTo(question);
        if (answer.has("error")) {
            throw new AssertionError(question.get("op") + ": " + answer.get("error"));
        }
        return answer.getAsJsonObject("result");
    }

    /** {@code {"result": …}} or {@code {"error": …}}. */
    JsonObject answerTo(JsonObject question) {
        try {
            questions.write(question + "\n");
            questions.flush();
            String answer = answers.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
            if (answer == null || answer.equals(END)) {
                throw new AssertionError("the foreign implementation gave no answer to " + question.get("op"));
            }
            return JsonParser.parseString(answer).getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        try {
            questions.close();
            if (!process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the foreign implementation does not end with its input");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }

    private void readAnswers() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                answers.add(line);
            }
        } catch (IOException e) {
            // The process is gone, which the end below says.
        } finally {
            answers.add(END);
        }
    }
}
