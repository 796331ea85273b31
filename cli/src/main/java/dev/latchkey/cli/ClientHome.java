package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;

/** The client's folder, which remembers between two commands which server and account are meant. No secret is in it. */
final class ClientHome {

    private static final String FORMAT = "1";
    private static final int MAX_FILE_BYTES = 64 * 1024;
    private static final Pattern CA_COPY = Pattern.compile("ca-[0-9A-Za-z_-]+\\.pem");

    private final Path folder;

    ClientHome(Path folder) {
        this.folder = folder;
    }

    /** {@code LATCHKEY_HOME}, or where this system keeps the data of a user's programs. */
    static ClientHome of(Surroundings surroundings, Properties system) {
        Path folder = surroundings
                .variable("LATCHKEY_HOME")
                .map(Path::of)
                .orElseGet(() -> conventional(surroundings, system));
        return new ClientHome(folder.toAbsolutePath());
    }

    private static Path conventional(Surroundings surroundings, Properties system) {
        String os = system.getProperty("os.name", "");
        Path user = Path.of(system.getProperty("user.home"));
        if (os.startsWith("Windows")) {
            Path roaming = user.resolve("AppData").resolve("Roaming");
            return surroundings
                    .variable("APPDATA")
                    .map(Path::of)
                    .orElse(roaming)
                    .resolve("Latchkey");
        }
        if (os.startsWith("Mac")) {
            return user.resolve("Library").resolve("Application Support").resolve("Latchkey");
        }
        // The XDG base directory specification: a relative path counts as not set.
        Path share = user.resolve(".local").resolve("share");
        return surroundings
                .variable("XDG_DATA_HOME")
                .map(Path::of)
                .filter(Path::isAbsolute)
                .orElse(share)
                .resolve("latchkey");
    }

    Path folder() {
        return folder;
    }

    /** What was remembered last, if anything. */
    Optional<Remembered> recall() throws CommandFailure {
        try {
            if (Files.size(file()) > MAX_FILE_BYTES) {
                throw new JsonParseException("too long");
            }
            return Optional.of(parse(Files.readString(file())));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonParseException e) {
            throw new CommandFailure(
                            FailureCode.FILE_UNREADABLE,
                            file() + " is damaged, or was written by another version of latchkey.",
                            "The file was left as it is.",
                            "Delete it and give --server, --ca and --account once more; nothing else is lost with it.")
                    .because(e);
        } catch (IOException e) {
            throw new CommandFailure(
                            FailureCode.FILE_UNREADABLE,
                            file() + " can't be read.",
                            CommandFailure.NOTHING_CHANGED,
                            "Give this user read access to it, or give --server, --ca and --account.")
                    .because(e);
        }
    }

    /**
     * Remembers in place of what was remembered before. The CA certificate is copied, so that it is still there when its
     * file is gone.
     */
    void remember(Remembered remembered) throws IOException {
        PrivateFiles.createFolder(folder);
        Optional<Path> caBefore = caBefore();
        JsonObject object = new JsonObject();
        object.addProperty("format", FORMAT);
        object.addProperty("server", remembered.server());
        object.addProperty("account", remembered.account());
        if (remembered.ca().isPresent()) {
            // A name of its own: the old pair of files stays whole until the new one is.
            byte[] certificate = Files.readAllBytes(remembered.ca().get());
            Path copy = Files.createTempFile(folder, "ca-", ".pem");
            PrivateFiles.replace(copy, certificate);
            object.addProperty("ca", copy.getFileName().toString());
        }
        PrivateFiles.replace(file(), (object + "\n").getBytes(UTF_8));
        if (caBefore.isPresent()) {
            Files.deleteIfExists(caBefore.get());
        }
    }

    /** Forgets an account that is no more, with what was typed about it in the shell. */
    void forget(Destination destination) throws IOException, CommandFailure {
        Files.deleteIfExists(shellHistory());
        Optional<Remembered> remembered = recall();
        if (remembered.isPresent()
                && remembered.get().account().equals(destination.account().value())
                && remembered.get().server().equals(destination.server().toString())) {
            Files.deleteIfExists(file());
            if (remembered.get().ca().isPresent()) {
                Files.deleteIfExists(remembered.get().ca().get());
            }
        }
    }

    /** Where the shell keeps the commands that were typed in it. */
    Path shellHistory() {
        return folder.resolve("shell-history");
    }

    private Optional<Path> caBefore() {
        try {
            return recall().flatMap(Remembered::ca);
        } catch (CommandFailure unreadable) {
            // It is about to be replaced all the same.
            return Optional.empty();
        }
    }

    private Remembered parse(String json) {
        if (!(JsonParser.parseString(json) instanceof JsonObject object)
                || !text(object, "format").equals(FORMAT)) {
            throw new JsonParseException("not this version's format");
        }
        Optional<Path> ca = Optional.empty();
        if (object.has("ca")) {
            String name = text(object, "ca");
            if (!CA_COPY.matcher(name).matches()) {
                throw new JsonParseException("not a file of this folder");
            }
            ca = Optional.of(folder.resolve(name));
        }
        return new Remembered(text(object, "server"), text(object, "account"), ca);
    }

    private static String text(JsonObject object, String name) {
        JsonElement value = object.get(name);
        if (value instanceof JsonPrimitive primitive && primitive.isString()) {
            return primitive.getAsString();
        }
        throw new JsonParseException("no text under " + name);
    }

    private Path file() {
        return folder.resolve("remembered.json");
    }
}
