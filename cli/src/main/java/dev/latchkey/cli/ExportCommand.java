package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.client.RetrievalIntent;
import dev.latchkey.client.RetrievedSecret;
import dev.latchkey.opaque.SecretBytes;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Hands a secret out in a form that other programs read. */
@Command(
        name = "export",
        description = {
            "Hand a secret out, in a form that other programs read. The account's log keeps it as an export.",
            "",
            "  len     one byte of length and the secret, up to 255 bytes; else a zero",
            "          byte, four of length, the secret",
            "  raw     the bytes as they are",
            "  hex     hexadecimal digits in one line",
            "  base64  with its padding, in one line",
            "  pem     one block; labelled PRIVATE KEY and the like if it is one, else",
            "          SECRET",
            ""
        })
final class ExportCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final GlobalOptions global;
    private final Access access;

    @Parameters(index = "0", paramLabel = "LABEL|KEY_ID", description = "What it is called, or its key id.")
    private String label;

    @Option(
            names = "--format",
            paramLabel = "FORM",
            defaultValue = "len",
            description = "The form: ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} unless told otherwise.")
    private KeyFormat format;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write it to FILE, which only its owner may read (0600); otherwise to standard output.")
    private Path file;

    @Option(names = "--force", description = "Replace FILE if it exists.")
    private boolean force;

    ExportCommand(Surroundings surroundings, GlobalOptions global, Access access) {
        this.surroundings = surroundings;
        this.global = global;
        this.access = access;
    }

    @Override
    public Integer call() throws CommandFailure {
        Output output = new Output(surroundings, global.json());
        SecretReference reference = SecretReference.of(label);
        SecretOutput destination = new SecretOutput(file, force);
        destination.requireWritable();
        access.inSession((session, from) -> {
            try (RetrievedSecret secret = reference.retrieve(session, RetrievalIntent.EXPORT);
                    SecretBytes text = format.encode(secret.secret())) {
                hand(secret, text, destination, output);
            }
        });
        return ExitCode.OK.number();
    }

    private void hand(RetrievedSecret secret, SecretBytes text, SecretOutput destination, Output output)
            throws CommandFailure {
        JsonObject data = SecretJson.of(secret);
        data.addProperty("format", format.id());
        if (file == null && output.isJson()) {
            output.resultWithSecret(data, "exported", text);
            return;
        }
        destination.write(text, surroundings);
        if (file != null) {
            data.addProperty("file", file.toString());
            output.result(
                    "Exported \"" + secret.descriptor().label().value() + "\" ("
                            + InWords.bytes(secret.secret().length()) + ") as " + format.id() + " to " + file + ".",
                    data);
        }
    }
}
