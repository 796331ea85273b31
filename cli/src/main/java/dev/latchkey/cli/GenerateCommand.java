package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.client.KeySession;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.Origin;
import dev.latchkey.protocol.SecretType;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a random secret and stores it. */
@Command(
        name = "generate",
        description = {
            "Make a random secret and store it, without showing it.",
            "",
            "It is made and encrypted here, and the server never sees it; with --at-server it is the server that makes it,"
                    + " and therefore knows it.",
            ""
        })
final class GenerateCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final GlobalOptions global;
    private final Access access;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "LABEL", description = "What to call it; no two secrets have the same.")
    private String label;

    @Option(
            names = "--bytes",
            paramLabel = "N",
            defaultValue = "32",
            description = "How many bytes, 1 to 65535; ${DEFAULT-VALUE} unless told otherwise.")
    private int bytes;

    @Option(
            names = "--at-server",
            description = "Let the server make it. It knows the secret then, and it is marked so.")
    private boolean atServer;

    GenerateCommand(Surroundings surroundings, GlobalOptions global, Access access) {
        this.surroundings = surroundings;
        this.global = global;
        this.access = access;
    }

    @Override
    public Integer call() throws CommandFailure {
        if (bytes < 1 || bytes > KeySession.MAX_SECRET_BYTES) {
            throw new ParameterException(spec.commandLine(), "A secret has 1 to 65535 bytes.");
        }
        Output output = new Output(surroundings, global.json());
        Label name = Inputs.label(label);
        SecretChange change = new SecretChange();
        if (atServer) {
            access.inSession((session, destination) -> {
                KeyId keyId = change.generateAtServer(session, name, SecretType.SYMMETRIC_KEY, bytes);
                tell(output, name, keyId, " at the server, which therefore knows it.");
            });
            return ExitCode.OK.number();
        }
        // Drawn once, so that it can be told from any other when an answer was lost.
        try (SecretBytes secret = SecretBytes.random(bytes, new SecureRandom())) {
            access.inSession((session, destination) -> {
                KeyId keyId = change.store(session, name, secret, SecretType.SYMMETRIC_KEY, Origin.CLIENT_GENERATED);
                tell(output, name, keyId, " on this device; the server does not know it.");
            });
        }
        return ExitCode.OK.number();
    }

    private void tell(Output output, Label name, KeyId keyId, String made) {
        output.result("Generated \"" + name.value() + "\" (" + InWords.bytes(bytes) + ")" + made, json(name, keyId));
    }

    private JsonObject json(Label name, KeyId keyId) {
        JsonObject data = new JsonObject();
        data.addProperty("label", name.value());
        data.addProperty("key_id", keyId.toString());
        data.addProperty("bytes", bytes);
        data.addProperty("origin", (atServer ? Origin.SERVER_GENERATED : Origin.CLIENT_GENERATED).text());
        return data;
    }
}
