package dev.latchkey.cli;

import dev.latchkey.client.ServerAddress;
import dev.latchkey.protocol.AccountName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds out which server and account are meant: from the options, or else from the environment, or else from what was
 * remembered. What was remembered belongs together: for another server than that one it does not count.
 */
final class DestinationFinder {

    private final ConnectionOptions options;
    private final Surroundings surroundings;
    private final ClientHome home;

    DestinationFinder(ConnectionOptions options, Surroundings surroundings, ClientHome home) {
        this.options = options;
        this.surroundings = surroundings;
        this.home = home;
    }

    /** Where an account that exists is to be used. */
    Destination ofKnownAccount() throws CommandFailure {
        Optional<String> account = givenAccount();
        if (account.isEmpty()) {
            account = remembered().map(Remembered::account);
        }
        if (account.isEmpty()) {
            throw new CommandFailure(
                    FailureCode.NO_ACCOUNT,
                    "It is not known whose account is meant.",
                    "Nothing was sent.",
                    "Give --account NAME or set LATCHKEY_ACCOUNT; after latchkey register it is remembered.");
        }
        return of(Inputs.accountName(account.get()));
    }

    /** Where this account is to be used. */
    Destination of(AccountName account) throws CommandFailure {
        return new Destination(server(), ca(), account);
    }

    /** The account's name as an option or a variable gives it. */
    Optional<String> givenAccount() {
        return Optional.ofNullable(options.account()).or(() -> surroundings.variable("LATCHKEY_ACCOUNT"));
    }

    private Optional<String> givenServer() {
        return Optional.ofNullable(options.server()).or(() -> surroundings.variable("LATCHKEY_SERVER"));
    }

    private ServerAddress server() throws CommandFailure {
        Optional<String> server = givenServer();
        if (server.isEmpty()) {
            server = remembered().map(Remembered::server);
        }
        if (server.isEmpty()) {
            throw new CommandFailure(
                    FailureCode.NO_SERVER,
                    "It is not known which server is meant.",
                    "Nothing was sent.",
                    "Give --server HOST:PORT or set LATCHKEY_SERVER. To start one for trying out: latchkey server --dev");
        }
        return Inputs.server(server.get());
    }

    private Optional<Path> ca() throws CommandFailure {
        Optional<Path> ca = Optional.ofNullable(options.ca())
                .or(() -> surroundings.variable("LATCHKEY_CA").map(Path::of));
        if (ca.isEmpty()) {
            ca = remembered().flatMap(Remembered::ca);
        }
        if (ca.isPresent() && !Files.isReadable(ca.get())) {
            throw new CommandFailure(
                    FailureCode.FILE_UNREADABLE,
                    "The CA certificate " + ca.get() + " can't be read.",
                    "Nothing was sent.",
                    "Give the server's CA with --ca FILE or LATCHKEY_CA.");
        }
        return ca;
    }

    private Optional<Remembered> remembered() throws CommandFailure {
        Optional<String> server = givenServer();
        return home.recall()
                .filter(remembered -> server.isEmpty() || server.get().equals(remembered.server()));
    }
}
