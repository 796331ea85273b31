package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.latchkey.server.backup.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The newest backup that was taken here, in a file of one line beside the configuration: no database brought back forgets it. */
final class KnownBackup {

    private static final String NAME = "last-backup";
    private static final Pattern FORM = Pattern.compile("([0-9a-f]{64}) ([0-9]{1,18})\n");

    private final Path file;

    KnownBackup(Path configuration) {
        this.file = configuration.toAbsolutePath().resolveSibling(NAME);
    }

    /** Notes it, unless a newer one of the same deployment is known. */
    void note(Manifest manifest) throws IOException {
        if (newerThan(manifest).isEmpty()) {
            PrivateFiles.replace(
                    file, (manifest.keys().signer() + " " + manifest.taken().number() + "\n").getBytes(US_ASCII));
        }
    }

    /** The number of one of the same deployment that is newer. */
    Optional<Long> newerThan(Manifest manifest) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Matcher line = FORM.matcher(Files.readString(file));
        if (!line.matches() || !line.group(1).equals(manifest.keys().signer())) {
            return Optional.empty();
        }
        return Optional.of(Long.parseLong(line.group(2)))
                .filter(number -> number > manifest.taken().number());
    }
}
