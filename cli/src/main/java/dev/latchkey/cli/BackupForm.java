package dev.latchkey.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.latchkey.server.backup.BackupException;
import dev.latchkey.server.backup.Manifest;
import dev.latchkey.server.store.TableDigest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** How a server's backups are shown, and why one is none. */
final class BackupForm {

    private BackupForm() {}

    /** Number, moment, keys and digests, one a line. */
    static String text(Manifest manifest) {
        TextTable table = new TextTable("TABLE", "ROWS", "SHA-256");
        for (TableDigest digest : manifest.tables()) {
            table.add(digest.table(), Long.toString(digest.rows()), digest.sha256());
        }
        return String.join(
                System.lineSeparator(),
                "Backup " + manifest.taken().number() + ", shows the store at " + moment(manifest) + ".",
                "Signed by " + manifest.keys().signer(),
                "Root key  " + manifest.keys().rootKey(),
                "",
                table.toString());
    }

    static String moment(Manifest manifest) {
        return InWords.moment(Instant.ofEpochMilli(manifest.taken().unixMillis()));
    }

    static JsonObject json(Path file, Manifest manifest) {
        JsonObject data = new JsonObject();
        data.addProperty("file", file.toString());
        data.addProperty("number", manifest.taken().number());
        data.addProperty(
                "taken", Instant.ofEpochMilli(manifest.taken().unixMillis()).toString());
        data.addProperty("signer", manifest.keys().signer());
        data.addProperty("root_key", manifest.keys().rootKey());
        data.addProperty("store", manifest.form().kind());
        data.addProperty("store_version", manifest.form().version());
        data.addProperty("sha256", manifest.sha256());
        JsonArray tables = new JsonArray();
        for (TableDigest digest : manifest.tables()) {
            JsonObject table = new JsonObject();
            table.addProperty("table", digest.table());
            table.addProperty("rows", digest.rows());
            table.addProperty("sha256", digest.sha256());
            tables.add(table);
        }
        data.add("tables", tables);
        return data;
    }

    /** @param kept what was kept or changed */
    static CommandFailure explain(BackupException e, String kept) {
        List<String> sentences = new ArrayList<>(Sentences.of(e.getMessage()));
        String what = sentences.remove(0);
        return new CommandFailure(
                        code(e.reason()),
                        what,
                        kept,
                        sentences.isEmpty() ? "Name the right one." : String.join(" ", sentences))
                .because(e);
    }

    private static FailureCode code(BackupException.Reason reason) {
        return switch (reason) {
            case EXISTS, FOLDER -> FailureCode.FILE_EXISTS;
            case UNDER_WAY -> FailureCode.UNDER_WAY;
            case UNWRITABLE -> FailureCode.FILE_UNWRITABLE;
            case UNREADABLE -> FailureCode.FILE_UNREADABLE;
            case DAMAGED, OTHER_DEPLOYMENT -> FailureCode.BACKUP_DAMAGED;
            case ROOT_KEY -> FailureCode.ROOT_KEY;
            case OTHER_FORM, TARGET -> FailureCode.STORAGE;
        };
    }
}
