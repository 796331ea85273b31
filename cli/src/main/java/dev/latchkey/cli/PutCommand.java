package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.SecretType;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Stores a secret. */
@Command(
        name = "put",
        description = {
            "Store a secret of up to 65,535 bytes, byte for byte.",
            "",
            "It is encrypted here, and its label too: the server learns neither.",
            ""
        })
final class PutCommand implements Callable<Integer> {

    private static final String STANDARD_INPUT = "-";

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    @Parameters(index = "0", paramLabel = "LABEL", description = "What to call it; no two secrets have the same.")
    private String label;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FILE",
            description = "Where the secret is; otherwise, or with -, standard input to its end.")
    private Path file;

    @Mixin
    private SessionOptions options;

    PutCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure {
        Output output = new Output(surroundings, root.global().json());
        Label name = Inputs.label(label);
        try (SecretBytes secret = read(output)) {
            new Clients(surroundings, output.isJson()).inSession(options, (session, destination) -> {
                KeyId keyId = session.store(name, secret, SecretType.OPAQUE_BYTES);
                output.result(
                        "Stored \"" + name.value() + "\" (" + InWords.bytes(secret.length()) + ").",
                        json(name, keyId, secret.length()));
            });
        }
        return ExitCode.OK.number();
    }

    private SecretBytes read(Output output) throws CommandFailure {
        if (file != null && !file.toString().equals(STANDARD_INPUT)) {
            return SecretInput.readFile(file);
        }
        if (options.password().takeStandardInput()) {
            throw new CommandFailure(
                    FailureCode.USAGE,
                    "Standard input can't be both the password and the secret.",
                    "Nothing was stored.",
                    "Give the secret as a FILE, or the password with --password-file FILE or --password-fd N.");
        }
        if (surroundings.terminal().inputIsTerminal()) {
            output.remark("Type the secret (it is shown), and end it with Enter and Ctrl-D:");
        }
        return SecretInput.readStandardInput(surroundings.streams().in());
    }

    private static JsonObject json(Label label, KeyId keyId, int length) {
        JsonObject data = new JsonObject();
        data.addProperty("label", label.value());
        data.addProperty("key_id", keyId.toString());
        data.addProperty("bytes", length);
        return data;
    }
}
