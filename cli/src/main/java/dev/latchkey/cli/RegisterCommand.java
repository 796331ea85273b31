package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.client.Registration;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Opens an account. */
@Command(
        name = "register",
        description = {
            "Open an account at a server.",
            "",
            "Server, CA and account are remembered for the commands after it. The password is not, and nobody can reset it:"
                    + " without it, what you store can't be opened by anyone.",
            ""
        })
final class RegisterCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final GlobalOptions global;

    @Parameters(
            arity = "0..1",
            paramLabel = "ACCOUNT",
            description = "The account's name; otherwise --account, LATCHKEY_ACCOUNT, or a question.")
    private String name;

    @Mixin
    private SessionOptions options;

    RegisterCommand(Surroundings surroundings, GlobalOptions global) {
        this.surroundings = surroundings;
        this.global = global;
    }

    @Override
    public Integer call() throws CommandFailure {
        Output output = new Output(surroundings, global.json());
        ClientHome home = ClientHome.of(surroundings, System.getProperties());
        DestinationFinder finder = new DestinationFinder(options.connection(), surroundings, home);
        Destination destination = finder.of(Inputs.accountName(name(finder)));

        char[] typed = new PasswordSource(options.password(), surroundings)
                .chosen(destination.account().value());
        new Clients(surroundings, output.isJson()).withPassword(destination, false, typed, (client, to, password) -> {
            PasswordStrength strength = PasswordStrength.of(typed);
            strength.say(output);

            Registration registration = client.register(destination.account(), password);
            boolean remembered = remember(destination, home, output);
            output.result(text(destination, home, remembered), json(destination, registration, strength));
        });
        return ExitCode.OK.number();
    }

    private String name(DestinationFinder finder) throws CommandFailure {
        Optional<String> given = finder.givenAccount();
        if (name != null) {
            return name;
        }
        if (given.isPresent()) {
            return given.get();
        }
        try {
            return surroundings
                    .terminal()
                    .readLine("Name of the new account: ")
                    .orElseThrow(() -> new CommandFailure(
                            FailureCode.NO_ACCOUNT,
                            "It is not known which account to open.",
                            "Nothing was sent.",
                            "Name it: latchkey register ACCOUNT"));
        } catch (EOFException e) {
            throw CommandFailure.leftAtPrompt(e);
        } catch (IOException e) {
            throw new CommandFailure(
                            FailureCode.INVALID_INPUT,
                            "The name could not be read from the terminal.",
                            "Nothing was sent.",
                            "Name the account as an argument: latchkey register ACCOUNT")
                    .because(e);
        }
    }

    /** The account exists by now: what goes wrong here must not look as if it did not. */
    private static boolean remember(Destination destination, ClientHome home, Output output) {
        try {
            home.remember(new Remembered(
                    destination.server().toString(), destination.account().value(), destination.ca()));
            return true;
        } catch (IOException e) {
            output.warning("the account is open, but " + home.folder()
                    + " can't be written: give --server, --ca and --account from now on.");
            return false;
        }
    }

    private static String text(Destination destination, ClientHome home, boolean remembered) {
        String opened = "The account " + destination.account().value() + " is open at " + destination.server() + ".";
        return remembered
                ? opened + System.lineSeparator() + "Remembered in " + home.folder()
                        + ", so that later commands find it."
                : opened;
    }

    private static JsonObject json(Destination destination, Registration registration, PasswordStrength strength) {
        JsonObject data = new JsonObject();
        data.addProperty("account", destination.account().value());
        data.addProperty("server", destination.server().toString());
        data.addProperty("user_id", registration.userId().toString());
        data.add("password_strength", strength.json());
        return data;
    }
}
