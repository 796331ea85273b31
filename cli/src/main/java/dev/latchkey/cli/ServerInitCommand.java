package dev.latchkey.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.latchkey.server.seal.RootKeySource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Sets up a server for keeping. */
@Command(
        name = "init",
        description = {
            "Make the files of a server: settings, root key, and a certificate for first steps.",
            "",
            "What exists is kept.",
            ""
        })
final class ServerInitCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = ServerFolder.DEFAULT,
            description = "The folder for them; ${DEFAULT-VALUE} unless given.")
    private Path data;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Where the settings go; latchkey.toml in that folder unless given.")
    private Path config;

    ServerInitCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure {
        ServerFolder folder = new ServerFolder(data.toAbsolutePath().normalize());
        Path settings = config == null
                ? folder.configuration()
                : config.toAbsolutePath().normalize();
        requireOfThis(folder, settings);
        ServerSetup setup = new ServerSetup(folder, new SecureRandom(), Clock.systemUTC());
        setup.makeKeys();
        setup.makeConfiguration(settings);
        new Output(surroundings, root.global().json())
                .result(text(folder, settings, setup), json(folder, settings, setup));
        return ExitCode.OK.number();
    }

    /** Settings that are kept may lead to another root key, which would be the one to back up. */
    private void requireOfThis(ServerFolder folder, Path settings) throws CommandFailure {
        if (!Files.exists(settings)) {
            return;
        }
        RootKeySource named =
                ServerConfigReader.read(Optional.of(settings), surroundings).rootKey();
        if (!named.equals(new RootKeySource.InFile(folder.rootKey()))) {
            throw new CommandFailure(
                    FailureCode.FILE_EXISTS,
                    "The settings " + settings + " exist, and their root key is " + named.describe() + ".",
                    "They were kept, and nothing was made.",
                    "To complete their server, name its folder with --data; for another one, name other settings with --config.");
        }
    }

    private static String text(ServerFolder folder, Path settings, ServerSetup setup) {
        List<String> lines = new ArrayList<>();
        setup.kept().forEach(file -> lines.add("Kept as it was: " + file));
        setup.made().forEach(file -> lines.add("Made: " + file));
        lines.add("");
        lines.add("Back up the root key now, and apart from the database: " + folder.rootKey());
        lines.add(
                "Everything in the database is encrypted under it. If it is lost, every account and every secret is lost");
        lines.add(
                "with it, for good; nobody can make it again. Who has it and a copy of the database can attack passwords.");
        lines.add("");
        lines.add("The certificate is for first steps: it is good for localhost only. How to use another, and every");
        lines.add("other setting, stands in " + settings + ". To start the server:");
        lines.add("  latchkey server run --config " + settings);
        return String.join(System.lineSeparator(), lines);
    }

    private static JsonObject json(ServerFolder folder, Path settings, ServerSetup setup) {
        JsonObject data = new JsonObject();
        data.addProperty("configuration", settings.toString());
        data.addProperty("root_key", folder.rootKey().toString());
        data.addProperty("ca", folder.authority().toString());
        data.add("made", names(setup.made()));
        data.add("kept", names(setup.kept()));
        return data;
    }

    private static JsonArray names(List<Path> files) {
        JsonArray names = new JsonArray();
        files.forEach(file -> names.add(file.toString()));
        return names;
    }
}
