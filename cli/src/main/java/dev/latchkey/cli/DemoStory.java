package dev.latchkey.cli;

import static dev.latchkey.cli.DemoStep.bad;
import static dev.latchkey.cli.DemoStep.clear;
import static dev.latchkey.cli.DemoStep.good;
import static dev.latchkey.cli.DemoStep.plain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Tells the demonstration: for every step what the owner has, and what the database's files show of it. */
final class DemoStory {

    private static final String QUOTE = "\"";

    private final DatabaseView database;

    DemoStory(DatabaseView database) {
        this.database = database;
    }

    DemoStep serverStarted() throws IOException {
        List<DemoStep.Line> server = new ArrayList<>();
        server.add(plain("no account; the server's own keys, encrypted under the root key, a file apart:"));
        server.addAll(database.lastRow("deployment", "server_private_key", "enumeration_key"));
        return DemoStep.ofOwner("A key server starts", List.of(plain("nothing yet")), server);
    }

    DemoStep registered() throws IOException {
        List<DemoStep.Line> server = new ArrayList<>();
        server.add(plain("an account, and nothing that a password could be tested against without the root key:"));
        server.addAll(database.lastRow("accounts", "account_name", "record", "oprf_seed", "storage_key"));
        return DemoStep.ofOwner(
                "She registers as " + Demo.ACCOUNT,
                List.of(
                        plain("her password, in her head:"),
                        clear(QUOTE + Demo.RIGHT_WORDS + QUOTE),
                        plain("It never left her device, not even encrypted. Her storage key was made there,"
                                + " encrypted, and forgotten.")),
                server);
    }

    DemoStep stored() throws IOException {
        List<DemoStep.Line> server = new ArrayList<>();
        server.add(plain("bytes encrypted on her device, the label with them:"));
        server.addAll(database.lastRow("secrets", "label_tag", "descriptor", "secret"));
        return DemoStep.ofOwner(
                "She stores a secret",
                List.of(
                        plain("her password, and a secret:"),
                        clear(QUOTE + Demo.LABEL + QUOTE),
                        clear(QUOTE + Demo.CONTENT + QUOTE)),
                server);
    }

    DemoStep closed() throws IOException {
        return DemoStep.ofOwner(
                "Her device is gone, the server is stopped",
                List.of(plain("her password, in her head; nothing else")),
                List.of(
                        plain("the same rows, in files of " + database.bytes() / 1024 + " KiB:"),
                        plain(database.rows("accounts") + " account, " + database.rows("secrets") + " secret, "
                                + database.rows("audit") + " entries in its audit log")));
    }

    DemoStep cameBack(String broughtBack) throws IOException {
        return DemoStep.ofOwner(
                "On another device, with the password alone",
                List.of(
                        plain("her secret again, byte for byte:"),
                        clear(QUOTE + Demo.LABEL + QUOTE),
                        clear(QUOTE + broughtBack + QUOTE),
                        good("the same as was stored")),
                List.of(
                        plain("the same rows, and a longer audit log: " + database.rows("audit") + " entries"),
                        plain("The server checked a proof that she knows the password, and learned nothing of it.")));
    }

    DemoStep refused(CommandFailure failure) throws IOException {
        List<DemoStep.Line> server = new ArrayList<>();
        server.add(plain("one failed attempt, and one guess less until it comes back; ten there are, one returns every"
                + " 2 hours:"));
        server.addAll(database.lastRow("failed_attempts", "name_tag", "begun_at"));
        return new DemoStep(
                "A stranger tries a wrong password",
                "THE STRANGER HAS",
                List.of(bad(QUOTE + Demo.WRONG_WORDS + QUOTE), plain(failure.what())),
                server);
    }

    /** What the newest rows look like to somebody who copied the file. */
    List<String> raw() throws IOException {
        List<String> lines = new ArrayList<>();
        lines.addAll(database.dump("accounts", "record"));
        lines.addAll(database.dump("secrets", "descriptor"));
        lines.addAll(database.dump("secrets", "secret"));
        return lines;
    }

    DemoStep searched(Map<String, Integer> found) {
        List<DemoStep.Line> server = new ArrayList<>();
        found.forEach((what, times) -> server.add(times == 0 ? good("not found: " + what) : plain("found: " + what)));
        return new DemoStep(
                "The thief searches them",
                "THE THIEF LOOKS FOR",
                List.of(
                        plain("all you saw on this side, as UTF-8 and UTF-16;"),
                        plain("and for words that are there, to see that the search works")),
                server);
    }
}
