package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.client.RetrievalIntent;
import dev.latchkey.client.RetrievedSecret;
import dev.latchkey.protocol.Label;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
    private final LatchkeyCommand root;

    @Parameters(index = "0", paramLabel = "LABEL", description = "What it was called when it was stored.")
    private String label;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write it to FILE instead, which only its owner may read (0600).")
    private Path file;

    @Option(names = "--force", description = "Replace FILE if it exists.")
    private boolean force;

    @Mixin
    private SessionOptions options;

    GetCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure {
        Output output = new Output(surroundings, root.global().json());
        SecretOutput destination = new SecretOutput(file, force);
        Label name = Inputs.label(label);
        destination.requireWritable();
        new Clients(surroundings, output.isJson()).inSession(options, (session, from) -> {
            try (RetrievedSecret secret = session.retrieve(name, RetrievalIntent.EXPORT)) {
                hand(secret, destination, output);
            }
        });
        return ExitCode.OK.number();
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
