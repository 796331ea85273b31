package dev.latchkey.cli;

import dev.latchkey.server.seal.RootKeyException;
import dev.latchkey.server.seal.RootKeyFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tomlj.Toml;

/**
 * Makes those files of a server that are missing. One that exists is kept whatever is in it: a key that can't be read is
 * a matter for its owner, and a new one in its place would make all data unreadable for good.
 */
final class ServerSetup {

    private static final String TEMPLATE = "latchkey.toml";

    private final ServerFolder folder;
    private final SecureRandom random;
    private final Clock clock;
    private final List<Path> made = new ArrayList<>();
    private final List<Path> kept = new ArrayList<>();

    ServerSetup(ServerFolder folder, SecureRandom random, Clock clock) {
        this.folder = folder;
        this.random = random;
        this.clock = clock;
    }

    /** Makes root key and certificates, as far as they are missing. */
    void makeKeys() throws CommandFailure {
        try {
            PrivateFiles.createFolder(folder.folder());
            makeRootKey();
            makeCertificates();
        } catch (IOException e) {
            throw unwritable("The folder " + folder.folder(), "--data", e);
        }
    }

    /**
     * Makes the configuration file, if it is missing.
     *
     * @param file beside the others or elsewhere; the folder that it goes to must be there
     */
    void makeConfiguration(Path file) throws CommandFailure {
        if (Files.exists(file)) {
            kept.add(file);
            return;
        }
        try (InputStream template = ServerSetup.class.getResourceAsStream(TEMPLATE)) {
            String settings = new String(template.readAllBytes(), StandardCharsets.UTF_8);
            make(file, settingsFor(file, settings).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw unwritable("The settings " + file, "--config", e);
        }
    }

    /** Paths in the template start at the folder of the file; from elsewhere they have to be whole. */
    private String settingsFor(Path file, String template) {
        if (folder.folder().equals(file.getParent())) {
            return template;
        }
        String settings = template;
        for (Path named : folder.namedBySettings()) {
            String name = named.getFileName().toString();
            String whole = Toml.tomlEscape(named.toString()).toString();
            settings = settings.replace('"' + name + '"', '"' + whole + '"')
                    .replace("\"sqlite:" + name + '"', "\"sqlite:" + whole + '"');
        }
        return settings;
    }

    /** What was made now. */
    List<Path> made() {
        return List.copyOf(made);
    }

    /** What had been there before. */
    List<Path> kept() {
        return List.copyOf(kept);
    }

    private void makeRootKey() throws CommandFailure {
        Path file = folder.rootKey();
        if (Files.exists(file)) {
            kept.add(file);
            return;
        }
        if (Files.exists(folder.database())) {
            throw new CommandFailure(
                    FailureCode.ROOT_KEY,
                    "The root key " + file + " is missing, and the database beside it was written under it.",
                    "Nothing was changed, and no new root key was made: it could not open this database.",
                    "Bring the root key back from its backup. To begin anew, name another folder with --data.");
        }
        try {
            RootKeyFile.create(file, random).close();
            made.add(file);
        } catch (RootKeyException e) {
            throw new CommandFailure(
                            FailureCode.ROOT_KEY,
                            e.getMessage(),
                            "No root key was made.",
                            "Put that right, or name another folder with --data.")
                    .because(e);
        }
    }

    private void makeCertificates() throws IOException, CommandFailure {
        List<Path> files = folder.certificateFiles();
        List<Path> there = files.stream().filter(Files::exists).toList();
        if (there.size() == files.size()) {
            kept.addAll(files);
            return;
        }
        if (!there.isEmpty()) {
            List<Path> missing = new ArrayList<>(files);
            missing.removeAll(there);
            throw new CommandFailure(
                    FailureCode.CERTIFICATE,
                    "Of the certificate files that belong together, these are missing: " + names(missing) + ".",
                    "Those that are there were kept: " + names(there) + ".",
                    "Bring the missing ones back, or delete the others too; then new ones are made.");
        }
        DevCertificates certificates = DevCertificates.create(random, clock);
        byte[] key = Pem.of(certificates.serverKey());
        try {
            make(folder.certificateKey(), key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
        make(folder.certificate(), Pem.of(certificates.server()));
        make(folder.authority(), Pem.of(certificates.authority()));
    }

    private void make(Path file, byte[] content) throws IOException {
        PrivateFiles.create(file, content);
        made.add(file);
    }

    private static String names(List<Path> files) {
        return String.join(", ", files.stream().map(Path::toString).toList());
    }

    private static CommandFailure unwritable(String what, String option, IOException cause) {
        return new CommandFailure(
                        FailureCode.FILE_UNWRITABLE,
                        what + " can't be made or written.",
                        "Files that were there before are as they were.",
                        "Check that this user may write there and that the disk is not full, or name another place with "
                                + option + ".")
                .because(cause);
    }
}
