package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import dev.latchkey.opaque.SecretBytes;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Supplier;

/** What a command says when it went well: sentences for a person, or one JSON object in one line. */
final class Output {

    private final Surroundings surroundings;
    private final boolean json;

    Output(Surroundings surroundings, boolean json) {
        this.surroundings = surroundings;
        this.json = json;
    }

    boolean isJson() {
        return json;
    }

    /** Prints the one or the other. */
    void result(String text, JsonObject data) {
        result(text, () -> data);
    }

    /** Prints {@code data} with the secret in base64 as its last member, without making text of it on the way. */
    void resultWithSecret(JsonObject data, String member, SecretBytes secret) throws CommandFailure {
        String object = Json.WRITER.toJson(data);
        byte[] head = (object.substring(0, object.length() - 1) + ",\"" + member + "\":\"").getBytes(UTF_8);
        byte[] base64 = Base64.getEncoder().encode(secret.exposed());
        byte[] tail = "\"}\n".getBytes(US_ASCII);
        byte[] line = Arrays.copyOf(head, head.length + base64.length + tail.length);
        try {
            System.arraycopy(base64, 0, line, head.length, base64.length);
            System.arraycopy(tail, 0, line, head.length + base64.length, tail.length);
            SecretOutput.writeTo(out(), line);
        } finally {
            Arrays.fill(base64, (byte) 0);
            Arrays.fill(line, (byte) 0);
        }
    }

    /** Prints the one or the other, and makes no more than that. */
    void result(String text, Supplier<JsonObject> data) {
        if (json) {
            out().println(Json.WRITER.toJson(data.get()));
        } else {
            out().println(text);
        }
    }

    /** Prints a part of the result before the rest is known; for a person alone. */
    void line(String text) {
        out().println(text);
    }

    /** Says something beside the result, which a program does not want to hear. */
    void remark(String text) {
        if (!json) {
            surroundings.streams().err().println(text);
        }
    }

    /** Says something that must be heard, but makes nothing fail. */
    void warning(String text) {
        surroundings.streams().err().println("latchkey: " + text);
    }

    private PrintStream out() {
        return surroundings.streams().out();
    }

    /** Made only by a command that prints JSON: it takes a while. */
    private static final class Json {
        static final Gson WRITER =
                new GsonBuilder().disableHtmlEscaping().serializeNulls().create();
    }
}
