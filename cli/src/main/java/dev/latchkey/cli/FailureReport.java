package dev.latchkey.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;

/** Says on standard error how a command failed. */
final class FailureReport {

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private final PrintStream err;
    private final boolean json;
    private final boolean debug;

    FailureReport(PrintStream err, boolean json, boolean debug) {
        this.err = err;
        this.json = json;
        this.debug = debug;
    }

    /** Prints the failure and gives the exit code that goes with it. */
    int print(CommandFailure failure) {
        if (json) {
            err.println(GSON.toJson(toJson(failure)));
        } else {
            err.println("latchkey: " + oneLine(failure.what()));
            if (!failure.kept().isEmpty()) {
                err.println("  " + oneLine(failure.kept()));
            }
            err.println("  " + oneLine(failure.next()));
            if (debug) {
                failure.printStackTrace(err);
            }
        }
        return failure.code().exitCode().number();
    }

    /** A failure that nobody foresaw: its own text may hold anything, and is shown with {@code --debug} only. */
    static CommandFailure unforeseen(Throwable cause) {
        return new CommandFailure(
                        FailureCode.INTERNAL,
                        "Something went wrong inside latchkey ("
                                + cause.getClass().getSimpleName() + ").",
                        "What the server acknowledged before is kept.",
                        "Run the command again; if it stays, add --debug and report what it prints.")
                .because(cause);
    }

    private JsonObject toJson(CommandFailure failure) {
        JsonObject object = new JsonObject();
        object.addProperty("code", failure.code().id());
        object.addProperty("exit_code", failure.code().exitCode().number());
        object.addProperty("message", failure.what());
        if (!failure.kept().isEmpty()) {
            object.addProperty("kept", failure.kept());
        }
        object.addProperty("next", failure.next());
        failure.retryAfter().ifPresent(time -> object.addProperty("retry_after_seconds", time.toSeconds()));
        if (debug) {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            object.addProperty("trace", trace.toString());
        }
        return object;
    }

    /** Names of files and labels come from outside: they must not reach the terminal as commands to it. */
    private static String oneLine(String sentence) {
        return sentence.replaceAll("\\p{Cntrl}", "?");
    }
}
