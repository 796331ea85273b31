package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.latchkey.protocol.BackupReader;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Writes secrets to files that are named after their labels, whatever stands in those. */
final class Extraction {

    private static final int LONGEST = 200;

    private final Path folder;
    private final Set<String> names = new HashSet<>();
    private final JsonArray files = new JsonArray();

    /** @param folder made if it is not there */
    Extraction(Path folder) {
        this.folder = folder;
    }

    /** Label and file of what was written. */
    JsonArray files() {
        return files;
    }

    void write(BackupReader.Entry entry) throws CommandFailure {
        String label = entry.descriptor().label().value();
        Path file = folder.resolve(free(fileName(label)));
        try {
            PrivateFiles.createFolder(folder);
            PrivateFiles.create(file, entry.secret().exposed());
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailure(
                            FailureCode.FILE_EXISTS,
                            "The file " + file + " exists already.",
                            "It was left as it is; " + written() + ".",
                            "Name a new folder.")
                    .because(e);
        } catch (IOException e) {
            throw new CommandFailure(
                            FailureCode.FILE_UNWRITABLE,
                            "The file " + file + " can't be written.",
                            "No other was replaced; " + written() + ".",
                            "Check that this user may write there and that the disk is not full; then name a new folder.")
                    .because(e);
        }
        JsonObject line = new JsonObject();
        line.addProperty("label", label);
        line.addProperty("file", file.toString());
        files.add(line);
    }

    private String written() {
        int before = files.size();
        return before == 0
                ? "no secret was written"
                : InWords.amount(before, "secret", "secrets") + (before == 1 ? " was" : " were") + " written before it";
    }

    /** Letters, digits, dot, hyphen and underscore stay; a dot in front and every other byte becomes %XX. */
    static String fileName(String label) {
        StringBuilder name = new StringBuilder();
        for (byte b : label.getBytes(UTF_8)) {
            char c = (char) Byte.toUnsignedInt(b);
            boolean stays = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '_'
                    || (c == '.' && name.length() > 0);
            name.append(stays ? String.valueOf(c) : String.format("%%%02X", (int) c));
        }
        return name.length() <= LONGEST ? name.toString() : name.substring(0, LONGEST);
    }

    /** Some file systems take capital and small letters for the same. */
    private String free(String name) {
        String candidate = name;
        for (int i = 2; !names.add(candidate.toLowerCase(Locale.ROOT)); i++) {
            candidate = name + "~" + i;
        }
        return candidate;
    }
}
