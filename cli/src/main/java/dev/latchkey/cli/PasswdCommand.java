package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.protocol.Password;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Changes the password. */
@Command(
        name = "passwd",
        description = {
            "Change the password.",
            "",
            "Asks for the one there is, and then twice for the new one. The old one is of no use from then on, and all"
                    + " sessions are closed. Secrets stay as they are.",
            ""
        })
final class PasswdCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final GlobalOptions global;
    private final Access access;

    @Option(
            names = "--new-password-file",
            paramLabel = "FILE",
            description = "Read the new password from FILE; one line end is stripped. Otherwise from a prompt.")
    private Path file;

    PasswdCommand(Surroundings surroundings, GlobalOptions global, Access access) {
        this.surroundings = surroundings;
        this.global = global;
        this.access = access;
    }

    @Override
    public Integer call() throws CommandFailure {
        Output output = new Output(surroundings, global.json());
        PasswordOptions options = PasswordOptions.ofFile(file);
        if (options.takeStandardInput()) {
            access.requireStandardInput();
        }
        access.withPassword((client, destination, current) -> {
            char[] typed = PasswordSource.ofNewPassword(options, surroundings)
                    .chosen(destination.account().value());
            try (Password next = Inputs.password(typed)) {
                if (next.utf8().constantTimeEquals(current.utf8())) {
                    throw new CommandFailure(
                            FailureCode.INVALID_INPUT,
                            "The new password is the one there is.",
                            CommandFailure.NOTHING_CHANGED,
                            "Choose another.");
                }
                PasswordStrength strength = PasswordStrength.of(typed);
                strength.say(output);
                client.changePassword(destination.account(), current, next);
                output.result(
                        "The password of " + destination.account().value()
                                + " is changed. The old one is of no use any more, and all sessions are closed.",
                        json(destination, strength));
                access.passwordChanged(next);
            } finally {
                Arrays.fill(typed, '\0');
            }
        });
        return ExitCode.OK.number();
    }

    private static JsonObject json(Destination destination, PasswordStrength strength) {
        JsonObject data = new JsonObject();
        data.addProperty("account", destination.account().value());
        data.addProperty("server", destination.server().toString());
        data.add("password_strength", strength.json());
        return data;
    }
}
