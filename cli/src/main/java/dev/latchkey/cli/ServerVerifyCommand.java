package dev.latchkey.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.latchkey.server.StoreMaintenance;
import dev.latchkey.server.store.DamagedRow;
import dev.latchkey.server.store.DamagedRow.Kind;
import dev.latchkey.server.store.StoreCheck;
import dev.latchkey.server.store.StoreCheck.Summary;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Looks whether a server's database is as a server wrote it. */
@Command(
        name = "verify",
        description = {
            "Check a server's whole database, and change nothing: open every sealed value, follow every log, and hold every row"
                    + " against its owner's log. Each row that is not as a server wrote it is named.",
            "",
            "With SQLite the server must be stopped; over PostgreSQL servers may run. Exit code 0: nothing was found; 1:"
                    + " something was.",
            ""
        })
final class ServerVerifyCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    @Mixin
    private ServerConfigOption configuration;

    ServerVerifyCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure {
        ServerConfig config = configuration.read(surroundings);
        Output output = new Output(surroundings, root.global().json());
        Found found = new Found(output);
        Summary summary = new ServerDatabase(config)
                .work(
                        options -> new StoreMaintenance(options).check(found),
                        "Nothing was checked, and nothing changed.");
        output.result(text(config, summary, found), json(config, summary, found));
        return summary.damaged() == 0 ? ExitCode.OK.number() : ExitCode.ERROR.number();
    }

    private static String text(ServerConfig config, Summary summary, Found found) {
        List<String> lines = new ArrayList<>();
        String looked = "Looked at " + InWords.amount(summary.accounts(), "account", "accounts") + ", "
                + InWords.amount(summary.values(), "sealed value", "sealed values") + " and "
                + InWords.amount(summary.entries(), "entry", "entries") + " of logs in "
                + config.storage().describe() + ".";
        if (summary.damaged() == 0) {
            lines.add(looked);
            lines.add("All of it is as a server wrote it.");
            return String.join(System.lineSeparator(), lines);
        }
        lines.add("");
        lines.add(looked);
        lines.add(InWords.amount(summary.damaged(), "thing is", "things are")
                + " not as a server wrote it, named above. Nothing was changed.");
        for (Kind kind : found.kinds) {
            lines.add("");
            lines.add("Where it says " + name(kind) + ":");
            lines.add("  " + kind.advice());
        }
        return String.join(System.lineSeparator(), lines);
    }

    private static JsonObject json(ServerConfig config, Summary summary, Found found) {
        JsonObject data = new JsonObject();
        data.addProperty("database", config.storage().describe());
        data.addProperty("accounts", summary.accounts());
        data.addProperty("values", summary.values());
        data.addProperty("entries", summary.entries());
        data.add("damaged", found.json);
        return data;
    }

    private static String name(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Prints what is found when it is found: there may be much. */
    private static final class Found implements StoreCheck {
        private static final int SAY_EVERY = 10_000;

        private final Output output;
        private final Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        private final JsonArray json = new JsonArray();

        Found(Output output) {
            this.output = output;
        }

        @Override
        public void damaged(DamagedRow row) {
            kinds.add(row.kind());
            if (output.isJson()) {
                JsonObject found = new JsonObject();
                found.addProperty("table", row.table());
                found.addProperty("column", row.column());
                found.addProperty("row", row.row());
                found.addProperty("user_id", row.user());
                found.addProperty("kind", name(row.kind()));
                found.addProperty("what", row.what());
                found.addProperty("advice", row.kind().advice());
                json.add(found);
                return;
            }
            output.line(row.table() + (row.column().isEmpty() ? "" : "." + row.column())
                    + (row.row().isEmpty() ? "" : ", row " + row.row())
                    + (row.user().isEmpty() ? "" : ", user " + row.user()) + " ["
                    + name(row.kind()) + "]: " + row.what());
        }

        @Override
        public void progress(long accounts, long total) {
            if (accounts % SAY_EVERY == 0) {
                output.remark(accounts + " of " + total + " accounts are done.");
            }
        }
    }
}
