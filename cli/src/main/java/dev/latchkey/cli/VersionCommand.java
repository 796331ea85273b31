package dev.latchkey.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.Command;

/** Says which version this is. */
@Command(name = "version", description = "Print the version, and that of the protocol and of Java; --version does too.")
final class VersionCommand implements Runnable {

    private static final int PROTOCOL = 1;

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    VersionCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public void run() {
        String version = program();
        String java = System.getProperty("java.version");
        new Output(surroundings, root.global().json())
                .result(
                        "latchkey " + version + " (protocol " + PROTOCOL + ", Java " + java + ")",
                        () -> json(version, java));
    }

    private static JsonObject json(String version, String java) {
        JsonObject data = new JsonObject();
        data.addProperty("version", version);
        data.addProperty("protocol", PROTOCOL);
        data.addProperty("java", java);
        return data;
    }

    /** The program's version, as the build wrote it. */
    static String program() {
        Properties properties = new Properties();
        try (InputStream resource = VersionCommand.class.getResourceAsStream("version.properties")) {
            properties.load(resource);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }
}
