package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;

/** The world around a command in a test: streams that are kept, variables that are set, a person who types. */
final class World {

    private final Map<String, String> environment = new HashMap<>();
    private final TypingPerson person = new TypingPerson();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private InputStream in = InputStream.nullInputStream();
    private boolean outputIsLost;
    private final TestTime time = new TestTime();
    private StopSignal stop = drain -> drain.run();

    World variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    World standardInput(byte[] content) {
        in = new ByteArrayInputStream(content);
        return this;
    }

    World standardInput(InputStream input) {
        in = input;
        return this;
    }

    World standardInput(String content) {
        return standardInput(content.getBytes(UTF_8));
    }

    /** What is written to standard output from now on goes to a full disk. */
    World losesOutput() {
        outputIsLost = true;
        return this;
    }

    World stop(StopSignal signal) {
        stop = signal;
        return this;
    }

    TestTime time() {
        return time;
    }

    TypingPerson person() {
        return person;
    }

    Surroundings surroundings() {
        return new Surroundings(
                new Streams(
                        in,
                        new PrintStream(outputIsLost ? new FullDisk() : out, true, UTF_8),
                        new PrintStream(err, true, UTF_8)),
                environment,
                person,
                stop,
                time);
    }

    /** Runs a command; what the one before it printed is forgotten. */
    int run(String... arguments) {
        out.reset();
        err.reset();
        return new Latchkey(surroundings()).run(arguments);
    }

    /** What is behind {@code /dev/full}, where there is one. */
    private static final class FullDisk extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            throw new IOException("No space left on device");
        }
    }

    String out() {
        return out.toString(UTF_8);
    }

    byte[] outBytes() {
        return out.toByteArray();
    }

    String err() {
        return err.toString(UTF_8);
    }

    JsonObject outJson() {
        return JsonParser.parseString(out()).getAsJsonObject();
    }

    JsonObject errJson() {
        return JsonParser.parseString(err()).getAsJsonObject();
    }
}
