package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.client.RetrievalIntent;
import dev.latchkey.client.RetrievedSecret;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Brings a secret back. */
@Command(
        name = "get",
        description = {
            "Bring back a secret, byte for byte.",
            "",
            "Written to standard output; a terminal is shown text only. With --json it is in base64.",
            ""
        })
final class GetCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final GlobalOptions global;
    private final Access access;

    @Parameters(index = "0", paramLabel = "LABEL|KEY_ID", description = "What it is called, or its key id.")
    private String label;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write it to FILE instead, which only its owner may read (0600).")
    private Path file;

    @Option(names = "--force", description = "Replace FILE if it exists.")
    private boolean force;

    @Option(
            names = "--copy",
            description =
                    "Put it on the clipboard instead, which is cleared after 45 seconds. Every program of this desktop"
                            + " can read it there.")
    private boolean copy;

    @Spec
    private CommandSpec spec;

    GetCommand(Surroundings surroundings, GlobalOptions global, Access access) {
        this.surroundings = surroundings;
        this.global = global;
        this.access = access;
    }

    @Override
    public Integer call() throws CommandFailure {
        if (copy && (file != null || force)) {
            throw new ParameterException(spec.commandLine(), "--copy and -o can't be given together.");
        }
        Output output = new Output(surroundings, global.json());
        SecretReference reference = SecretReference.of(label);
        if (copy) {
            copy(reference, output);
            return ExitCode.OK.number();
        }
        SecretOutput destination = new SecretOutput(file, force);
        destination.requireWritable();
        access.inSession((session, from) -> {
            try (RetrievedSecret secret = reference.retrieve(session, RetrievalIntent.EXPORT)) {
                hand(secret, destination, output);
            }
        });
        return ExitCode.OK.number();
    }

    private void copy(SecretReference reference, Output output) throws CommandFailure {
        Clipboard clipboard = Clipboard.of(surroundings);
        AtomicReference<ClipboardLoan> begun = new AtomicReference<>();
        access.inSession((session, from) -> {
            try (RetrievedSecret secret = reference.retrieve(session, RetrievalIntent.LOCAL_USE)) {
                begun.set(ClipboardLoan.begin(clipboard, secret.secret()));
                JsonObject data = SecretJson.of(secret);
                data.addProperty("clipboard_seconds", ClipboardLoan.TIME.toSeconds());
                output.result(
                        "Copied \"" + secret.descriptor().label().value() + "\" ("
                                + InWords.bytes(secret.secret().length()) + ") to the clipboard.",
                        data);
            }
        });
        // The session is closed by now: nothing is held open only to wait.
        access.endLater(begun.get());
    }

    private void hand(RetrievedSecret secret, SecretOutput destination, Output output) throws CommandFailure {
        if (file == null && output.isJson()) {
            output.resultWithSecret(SecretJson.of(secret), "secret", secret.secret());
            return;
        }
        destination.write(secret.secret(), surroundings);
        if (file != null) {
            JsonObject data = SecretJson.of(secret);
            data.addProperty("file", file.toString());
            output.result("Wrote " + InWords.bytes(secret.secret().length()) + " to " + file + ".", data);
        }
    }
}
