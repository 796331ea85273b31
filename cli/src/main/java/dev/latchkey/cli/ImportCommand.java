package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.Origin;
import dev.latchkey.protocol.SecretType;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Stores a secret that the owner has already, in the form it has. */
@Command(
        name = "import",
        description = {
            "Store a secret that you have already.",
            "",
            "It is taken out of its form first, and what is not exactly in it is refused:",
            "  raw     the bytes as they are",
            "  len     a length and the bytes, as export writes them",
            "  hex     hexadecimal digits; lines may end between two bytes",
            "  base64  with its padding; lines may end anywhere",
            "  pem     one block; a private key is marked as one, the block's label is not",
            "          kept",
            ""
        })
final class ImportCommand implements Callable<Integer> {

    private static final String STANDARD_INPUT = "-";

    private final Surroundings surroundings;
    private final GlobalOptions global;
    private final Access access;

    @Parameters(index = "0", paramLabel = "LABEL", description = "What to call it; no two secrets have the same.")
    private String label;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FILE",
            description = "Where the secret is; otherwise, or with -, standard input to its end; in the shell, a hidden"
                    + " prompt.")
    private Path file;

    @Option(
            names = "--format",
            paramLabel = "FORM",
            defaultValue = "raw",
            description = "Its form: ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} unless told otherwise.")
    private KeyFormat format;

    ImportCommand(Surroundings surroundings, GlobalOptions global, Access access) {
        this.surroundings = surroundings;
        this.global = global;
        this.access = access;
    }

    @Override
    public Integer call() throws CommandFailure {
        Output output = new Output(surroundings, global.json());
        Label name = Inputs.label(label);
        try (SecretBytes text = read();
                SecretBytes secret = format.read(text)) {
            SecretType type = format == KeyFormat.PEM && PemForm.saysPrivateKey(text)
                    ? SecretType.PRIVATE_KEY
                    : SecretType.OPAQUE_BYTES;
            SecretChange change = new SecretChange();
            access.inSession((session, destination) -> {
                KeyId keyId = change.store(session, name, secret, type, Origin.IMPORTED_KEY);
                output.result(
                        "Imported \"" + name.value() + "\" (" + InWords.bytes(secret.length()) + ").",
                        json(name, keyId, secret.length(), type));
            });
        }
        return ExitCode.OK.number();
    }

    private SecretBytes read() throws CommandFailure {
        int most = format == KeyFormat.RAW ? SecretInput.MAX_BYTES : KeyFormat.MAX_TEXT_BYTES;
        return file != null && !file.toString().equals(STANDARD_INPUT)
                ? SecretInput.readFile(file, most)
                : access.secretWithoutFile(most);
    }

    private JsonObject json(Label name, KeyId keyId, int length, SecretType type) {
        JsonObject data = new JsonObject();
        data.addProperty("label", name.value());
        data.addProperty("key_id", keyId.toString());
        data.addProperty("bytes", length);
        data.addProperty("format", format.id());
        data.addProperty("type", SecretJson.name(type));
        return data;
    }
}
