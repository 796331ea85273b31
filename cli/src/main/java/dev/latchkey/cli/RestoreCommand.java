package dev.latchkey.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.latchkey.protocol.BackupReader;
import dev.latchkey.protocol.Descriptor;
import dev.latchkey.protocol.RecoveryCode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Brings the secrets of a backup back: into the account, into files, or only their labels onto the screen. */
@Command(
        name = "restore",
        description = {
            "Store the secrets of a backup in the account, or open it without any server.",
            "",
            "It is read to its end first, so that nothing is done with a damaged one. A label that is there with the same bytes"
                    + " is skipped; one that is there with others is named and left alone. It can be run again at any time."
                    + " What a server generated comes back as an imported key.",
            ""
        })
final class RestoreCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final GlobalOptions global;
    private final Access access;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FILE", description = "What latchkey backup wrote.")
    private Path file;

    @Option(names = "--list", description = "Only show what is in it; needs no server and no account.")
    private boolean list;

    @Option(
            names = "--extract",
            paramLabel = "FOLDER",
            description = "Write every secret to a file of its own in FOLDER (0600); needs no server and no account.")
    private Path folder;

    @Option(
            names = "--code-file",
            paramLabel = "FILE",
            description = "Read the recovery code from FILE; otherwise from a prompt.")
    private Path codeFile;

    @Option(
            names = "--code-fd",
            paramLabel = "N",
            description = "Read the recovery code from the open file descriptor N.")
    private Integer codeDescriptor;

    RestoreCommand(Surroundings surroundings, GlobalOptions global, Access access) {
        this.surroundings = surroundings;
        this.global = global;
        this.access = access;
    }

    @Override
    public Integer call() throws CommandFailure {
        if (list && folder != null) {
            throw new ParameterException(spec.commandLine(), "--list and --extract can't be given together.");
        }
        if (codeFile != null && codeDescriptor != null) {
            throw new ParameterException(spec.commandLine(), "--code-file and --code-fd can't be given together.");
        }
        Output output = new Output(surroundings, global.json());
        BackupFile.requireReadable(file);
        PasswordOptions source = PasswordOptions.of(codeFile, codeDescriptor);
        if (source.takeStandardInput()) {
            access.requireStandardInput();
        }
        char[] typed = PasswordSource.ofRecoveryCode(source, surroundings).asked("Recovery code: ");
        try (RecoveryCode code = CodeWords.read(typed)) {
            BackupFile backup = new BackupFile(file, code);
            if (list) {
                list(backup, output);
            } else if (folder != null) {
                extract(backup, output);
            } else {
                store(backup, output);
            }
        }
        return ExitCode.OK.number();
    }

    private static void list(BackupFile backup, Output output) throws CommandFailure {
        TextTable table = new TextTable("LABEL", "TYPE", "ORIGIN", "CREATED");
        JsonArray secrets = new JsonArray();
        BackupReader.End end = backup.<RuntimeException>each(entry -> {
            Descriptor descriptor = entry.descriptor();
            table.add(
                    descriptor.label().value(),
                    SecretJson.type(descriptor),
                    descriptor.origin().text(),
                    InWords.moment(Instant.ofEpochMilli(descriptor.createdUnixMs())));
            JsonObject line = SecretJson.of(descriptor);
            line.addProperty("bytes", entry.secret().length());
            secrets.add(line);
        });
        JsonObject data = about(end);
        data.add("secrets", secrets);
        String whose = InWords.amount(end.secrets(), "secret", "secrets") + " of "
                + end.account().value() + ", copied on " + InWords.moment(end.made()) + ".";
        output.result(end.secrets() == 0 ? whose : table + System.lineSeparator() + whose, data);
    }

    private void extract(BackupFile backup, Output output) throws CommandFailure {
        BackupReader.End end = backup.verify();
        Extraction extraction = new Extraction(folder);
        backup.<RuntimeException>each(extraction::write);
        JsonObject data = about(end);
        data.addProperty("folder", folder.toString());
        data.add("files", extraction.files());
        output.result(
                "Wrote " + InWords.amount(end.secrets(), "secret", "secrets") + " to " + folder
                        + ", each to a file of its own.",
                data);
    }

    private void store(BackupFile backup, Output output) throws CommandFailure {
        BackupReader.End end = backup.verify();
        access.inSession((session, destination) -> {
            Restoration restoration = new Restoration(session);
            restoration.run(backup);
            restoration.requireNothingLeft();
            JsonObject data = about(end);
            restoration.addTo(data);
            output.result(
                    restoration.inWords() + " into " + destination.account().value() + ".", data);
            restoration.remark().ifPresent(output::remark);
        });
    }

    private static JsonObject about(BackupReader.End end) {
        JsonObject data = new JsonObject();
        data.addProperty("account", end.account().value());
        data.addProperty("made", end.made().toString());
        return data;
    }
}
