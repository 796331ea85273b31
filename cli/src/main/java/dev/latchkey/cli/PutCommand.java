package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.client.SecretSummary;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.Origin;
import dev.latchkey.protocol.SecretType;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
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
            names = "--replace",
            description =
                    "Put it in the place of the secret that has this label; refused when another device was quicker.")
    private boolean replace;

    PutCommand(Surroundings surroundings, GlobalOptions global, Access access) {
        this.surroundings = surroundings;
        this.global = global;
        this.access = access;
    }

    @Override
    public Integer call() throws CommandFailure {
        Output output = new Output(surroundings, global.json());
        Label name = Inputs.label(label);
        if (replace) {
            replace(name, output);
            return ExitCode.OK.number();
        }
        SecretChange change = new SecretChange();
        try (SecretBytes secret = read()) {
            access.inSession((session, destination) -> {
                KeyId keyId = change.store(session, name, secret, SecretType.OPAQUE_BYTES, Origin.IMPORTED_KEY);
                output.result(
                        "Stored \"" + name.value() + "\" (" + InWords.bytes(secret.length()) + ").",
                        json(name, keyId, secret.length()));
            });
        }
        return ExitCode.OK.number();
    }

    /** Looks before it reads: what another device puts there while this person types must not be overwritten unseen. */
    private void replace(Label name, Output output) throws CommandFailure {
        SecretChange change = new SecretChange();
        AtomicReference<SecretSummary> found = new AtomicReference<>();
        AtomicReference<SecretBytes> given = new AtomicReference<>();
        if (isFile()) {
            SecretInput.requireReadable(file);
        } else {
            access.requireFreeInput();
        }
        try {
            access.inSession((session, destination) -> {
                // In a session opened anew, it is still what was found first that may be replaced.
                if (found.get() == null) {
                    found.set(session.find(name));
                    given.set(read());
                }
                SecretBytes secret = given.get();
                SecretSummary now = change.replace(session, found.get(), secret);
                JsonObject data = json(name, now.keyId(), secret.length());
                data.addProperty("replaced", true);
                output.result(
                        "Replaced \"" + name.value() + "\" (" + InWords.bytes(secret.length())
                                + "). What it was before can't be brought back.",
                        data);
            });
        } finally {
            if (given.get() != null) {
                given.get().close();
            }
        }
    }

    private boolean isFile() {
        return file != null && !file.toString().equals(STANDARD_INPUT);
    }

    private SecretBytes read() throws CommandFailure {
        return isFile() ? SecretInput.readFile(file) : access.secretWithoutFile(SecretInput.MAX_BYTES);
    }

    private static JsonObject json(Label label, KeyId keyId, int length) {
        JsonObject data = new JsonObject();
        data.addProperty("label", label.value());
        data.addProperty("key_id", keyId.toString());
        data.addProperty("bytes", length);
        return data;
    }
}
