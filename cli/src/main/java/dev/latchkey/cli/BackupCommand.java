package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.RetrievalIntent;
import dev.latchkey.client.RetrievedSecret;
import dev.latchkey.client.SecretSummary;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.BackupWriter;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.RecoveryCode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the owner's own copy of all secrets into one file. */
@Command(
        name = "backup",
        description = {
            "Write your own copy of all secrets into one file, which opens without the server.",
            "",
            "It is sealed under a recovery code of thirteen words, which is shown once, and is neither your password nor kept"
                    + " anywhere. Whoever has the file and the code has the secrets. The account's log keeps an export of"
                    + " every one.",
            ""
        })
final class BackupCommand implements Callable<Integer> {

    private static final int BATCH = 64;

    private final Surroundings surroundings;
    private final GlobalOptions global;
    private final Access access;

    @Parameters(index = "0", paramLabel = "FILE", description = "Where to write it; only its owner may read it (0600).")
    private Path file;

    @Option(
            names = "--code-file",
            paramLabel = "FILE",
            description =
                    "Write the recovery code to FILE (0600), which must not exist, and do not show it; for scripts.")
    private Path codeFile;

    @Option(names = "--force", description = "Replace the backup if it exists.")
    private boolean force;

    BackupCommand(Surroundings surroundings, GlobalOptions global, Access access) {
        this.surroundings = surroundings;
        this.global = global;
        this.access = access;
    }

    @Override
    public Integer call() throws CommandFailure {
        Output output = new Output(surroundings, global.json());
        if (codeFile == null && (global.json() || !surroundings.terminal().outputIsTerminal())) {
            throw new CommandFailure(
                    FailureCode.USAGE,
                    "There is no terminal to show the recovery code on.",
                    "Nothing was written.",
                    "Add --code-file FILE, and keep that file and the backup apart.");
        }
        new SecretOutput(file, force).requireWritable();
        new SecretOutput(codeFile, false).requireWritable();
        SecureRandom random = new SecureRandom();
        try (RecoveryCode code = RecoveryCode.random(random)) {
            access.inSession((session, destination) -> {
                List<SecretSummary> secrets = session.listAll();
                writeCode(code);
                boolean written = false;
                try {
                    write(new Copying(session, secrets, destination, random), code);
                    written = true;
                } finally {
                    if (!written) {
                        removeCode();
                    }
                }
                tell(output, code, secrets.size());
            });
        }
        return ExitCode.OK.number();
    }

    private void write(Copying copying, RecoveryCode code) throws KeyClientException, CommandFailure {
        PrivateFiles.Content content = out -> copying.to(out, code);
        try {
            if (force) {
                PrivateFiles.replace(Files.exists(file) ? file.toRealPath() : file, content);
            } else {
                PrivateFiles.create(file, content);
            }
        } catch (Interrupted e) {
            throw e.reason;
        } catch (IOException e) {
            throw new CommandFailure(
                            FailureCode.FILE_UNWRITABLE,
                            "The backup " + file + " can't be written.",
                            "The secrets are still at the server; no part of them was left in a file.",
                            "Check that the folder exists, that this user may write to it and that the disk is not full.")
                    .because(e);
        }
    }

    private void writeCode(RecoveryCode code) throws CommandFailure {
        if (codeFile != null) {
            try (SecretBytes line = CodeWords.line(code)) {
                new SecretOutput(codeFile, false, "No backup was written.").write(line, surroundings);
            }
        }
    }

    private void removeCode() throws CommandFailure {
        if (codeFile == null) {
            return;
        }
        try {
            Files.deleteIfExists(codeFile);
        } catch (IOException e) {
            throw new CommandFailure(
                            FailureCode.FILE_UNWRITABLE,
                            "The backup was not written, and its code can't be removed from " + codeFile + ".",
                            "The code opens nothing.",
                            "Delete that file, and run the command again.")
                    .because(e);
        }
    }

    private void tell(Output output, RecoveryCode code, int number) {
        String wrote = "Wrote " + InWords.amount(number, "secret", "secrets") + " to " + file + ".";
        JsonObject data = new JsonObject();
        data.addProperty("file", file.toString());
        data.addProperty("secrets", number);
        if (codeFile != null) {
            data.addProperty("code_file", codeFile.toString());
            output.result(wrote + " The recovery code is in " + codeFile + ": keep the two apart.", data);
            return;
        }
        output.result(wrote + " Its recovery code, which is not shown again:", data);
        surroundings.streams().out().println();
        CodeWords.show(code, surroundings.streams().out());
        surroundings.streams().out().println();
        output.remark("Write it down, and keep it apart from the file. Whoever has both has the secrets.");
    }

    /** What is copied, batch by batch, so that never all secrets are in memory at once. */
    private final class Copying {

        private final KeySession session;
        private final List<SecretSummary> secrets;
        private final Destination destination;
        private final SecureRandom random;

        Copying(KeySession session, List<SecretSummary> secrets, Destination destination, SecureRandom random) {
            this.session = session;
            this.secrets = secrets;
            this.destination = destination;
            this.random = random;
        }

        void to(OutputStream out, RecoveryCode code) throws IOException {
            // What passes through the buffer is sealed.
            OutputStream buffered = new BufferedOutputStream(out);
            try (BackupWriter writer = BackupWriter.start(buffered, code, random)) {
                for (int from = 0; from < secrets.size(); from += BATCH) {
                    List<KeyId> ids = secrets.subList(from, Math.min(from + BATCH, secrets.size())).stream()
                            .map(SecretSummary::keyId)
                            .toList();
                    copy(ids, writer);
                }
                writer.finish(destination.account(), surroundings.time().now());
            }
            buffered.flush();
        }

        private void copy(List<KeyId> ids, BackupWriter writer) throws IOException {
            List<RetrievedSecret> batch;
            try {
                batch = session.retrieve(ids, RetrievalIntent.EXPORT);
            } catch (KeyClientException e) {
                throw new Interrupted(e);
            }
            try {
                for (RetrievedSecret secret : batch) {
                    writer.add(secret.descriptor(), secret.secret());
                }
            } finally {
                batch.forEach(RetrievedSecret::close);
            }
        }
    }

    /** The server failed in the middle of the file; carries that to where the file has been taken away. */
    private static final class Interrupted extends IOException {

        private static final long serialVersionUID = 1L;

        private final KeyClientException reason;

        Interrupted(KeyClientException reason) {
            super(reason);
            this.reason = reason;
        }
    }
}
