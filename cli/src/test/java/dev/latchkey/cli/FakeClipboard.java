package dev.latchkey.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Programs under the names of a desktop's, whose clipboard is a file. */
final class FakeClipboard {

    private final Path folder;

    FakeClipboard(Path folder) {
        this.folder = folder;
    }

    /** Makes both; one program may do both, and tells by its arguments which is meant. */
    FakeClipboard programs(String copy, String paste) throws IOException {
        String take = "/bin/cat > '" + file() + "'";
        String give = "[ ! -f '" + fixed() + "' ] || exec /bin/cat '" + fixed() + "'\n/bin/cat '" + file()
                + "' 2>/dev/null || exit 1\n[ ! -f '" + added() + "' ] || /bin/cat '" + added() + "'";
        if (copy.equals(paste)) {
            return script(copy, "case \"$*\" in *out*) " + give + " ;; *) " + take + " ;; esac");
        }
        return script(copy, take).script(paste, give);
    }

    FakeClipboard script(String name, String body) throws IOException {
        Path program = folder.resolve(name);
        Files.writeString(program, "#!/bin/sh\necho \"$*\" >> '" + folder.resolve("arguments") + "'\n" + body + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return this;
    }

    /** Whatever is copied, this is what comes back. */
    FakeClipboard givesBack(String text) throws IOException {
        Files.writeString(fixed(), text);
        return this;
    }

    /** What stands behind all that comes back. */
    FakeClipboard adds(String escaped) throws IOException {
        Files.writeString(added(), escaped.translateEscapes());
        return this;
    }

    /** Somebody copies something. */
    void copy(String text) throws IOException {
        Files.writeString(file(), text);
    }

    String content() throws IOException {
        return Files.readString(file());
    }

    List<String> arguments() throws IOException {
        return Files.readAllLines(folder.resolve("arguments"));
    }

    Path file() {
        return folder.resolve("clipboard");
    }

    private Path fixed() {
        return folder.resolve("fixed");
    }

    private Path added() {
        return folder.resolve("added");
    }
}
