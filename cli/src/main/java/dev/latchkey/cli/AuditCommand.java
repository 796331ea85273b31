package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeySession;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.KeyId;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows the account's log. */
@Command(
        name = "audit",
        description = {
            "Show the account's log, newest first: what was done to the account and its secrets, and which logins failed.",
            "",
            "Its chain is verified before anything is left out or shown: what the server dropped, changed or reordered since"
                    + " this device last looked is noticed. Labels are those of now; of what was deleted only the key id is"
                    + " left.",
            ""
        })
final class AuditCommand implements Callable<Integer> {

    private static final int SHOWN = 100;

    private final Surroundings surroundings;
    private final GlobalOptions global;
    private final Access access;

    @Spec
    private CommandSpec spec;

    @Option(names = "--key", paramLabel = "LABEL|KEY_ID", description = "Only what concerns this secret.")
    private String key;

    @Option(
            names = "--kind",
            paramLabel = "ACTION",
            split = ",",
            description = "Only these actions, for example login-failed or secret-stored,secret-deleted.")
    private List<String> kinds = List.of();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description =
                    "Only from then on: 2026-11-24, 2026-11-24T08:30, 2026-11-24T08:30:00Z, or 12h or 7d for so long"
                            + " ago.")
    private String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Only up to then; a day counts to its end.")
    private String until;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "The newest N that are wanted; otherwise " + SHOWN
                    + " in a table, and all in another form or FILE.")
    private Integer limit;

    @Option(
            names = "--format",
            paramLabel = "FORM",
            description = "The form: ${COMPLETION-CANDIDATES}; otherwise a table, and JSON Lines in a FILE.")
    private AuditForm format;

    @Option(
            names = "--export",
            paramLabel = "FILE",
            description = "Write it to FILE, which only its owner may read (0600).")
    private Path file;

    @Option(names = "--force", description = "Replace FILE if it exists.")
    private boolean force;

    AuditCommand(Surroundings surroundings, GlobalOptions global, Access access) {
        this.surroundings = surroundings;
        this.global = global;
        this.access = access;
    }

    @Override
    public Integer call() throws CommandFailure {
        requireSense();
        Output output = new Output(surroundings, global.json());
        PointInTime times = new PointInTime(surroundings.time().now(), ZoneId.systemDefault());
        Instant from = since == null ? Instant.MIN : times.first(since);
        Instant to = until == null ? Instant.MAX : times.behind(until);
        Optional<SecretReference> secret = key == null ? Optional.empty() : Optional.of(SecretReference.of(key));
        Set<AuditAction> actions = actions();
        SecretOutput destination = new SecretOutput(file, force, "No part of the log was left in a file.");
        destination.requireWritable();
        access.inSession((session, where) -> {
            AuditFilter filter = new AuditFilter(actions, id(secret, session), from, to);
            AuditReader reader = new AuditReader(session, filter, atMost());
            List<AuditLine> lines = reader.read();
            if (file != null) {
                write(lines, destination, output);
            } else {
                show(lines, output);
            }
            if (reader.hasMore()) {
                output.remark("There are older ones: --limit N shows more.");
            }
        });
        return ExitCode.OK.number();
    }

    private void requireSense() {
        if (limit != null && limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit takes a number from 1 on.");
        }
        if (force && file == null) {
            throw new ParameterException(spec.commandLine(), "--force goes with --export FILE.");
        }
        if (global.json() && format != null && file == null) {
            throw new ParameterException(
                    spec.commandLine(), "--format goes with --json only where --export FILE is given.");
        }
    }

    private Set<AuditAction> actions() {
        Set<AuditAction> actions = EnumSet.noneOf(AuditAction.class);
        for (String kind : kinds) {
            actions.add(Arrays.stream(AuditAction.values())
                    .filter(action -> AuditFilter.name(action).equals(kind))
                    .findAny()
                    .orElseThrow(() -> new ParameterException(
                            spec.commandLine(),
                            "There is no such action. These are: "
                                    + Arrays.stream(AuditAction.values())
                                            .map(AuditFilter::name)
                                            .collect(Collectors.joining(", "))
                                    + ".")));
        }
        return actions;
    }

    private int atMost() {
        if (limit != null) {
            return limit;
        }
        boolean table = file == null && (format == null || format == AuditForm.TABLE) && !global.json();
        return table ? SHOWN : Integer.MAX_VALUE;
    }

    private static Optional<KeyId> id(Optional<SecretReference> secret, KeySession session) throws KeyClientException {
        return secret.isPresent() ? Optional.of(secret.get().findId(session)) : Optional.empty();
    }

    private void show(List<AuditLine> lines, Output output) {
        if (global.json()) {
            JsonArray entries = new JsonArray();
            lines.forEach(line -> entries.add(line.json()));
            JsonObject data = new JsonObject();
            data.add("entries", entries);
            output.result("", data);
        } else if (format == null || format == AuditForm.TABLE) {
            output.result(table(lines), new JsonObject());
        } else {
            surroundings.streams().out().print(format.text(lines));
        }
    }

    private static String table(List<AuditLine> lines) {
        if (lines.isEmpty()) {
            return "No entry is like that.";
        }
        BigInteger failed = lines.stream().map(AuditLine::failures).reduce(BigInteger.ZERO, BigInteger::add);
        String note = failed.signum() == 0
                ? "No failed login is among them."
                : failed + (failed.equals(BigInteger.ONE) ? " failed login is" : " failed logins are")
                        + " among them, marked with \"!\".";
        return AuditForm.TABLE.text(lines) + note;
    }

    private void write(List<AuditLine> lines, SecretOutput destination, Output output) throws CommandFailure {
        AuditForm form = format == null ? AuditForm.JSONL : format;
        try (SecretBytes text = SecretBytes.takeOwnership(form.text(lines).getBytes(UTF_8))) {
            destination.write(text, surroundings);
        }
        JsonObject data = new JsonObject();
        data.addProperty("file", file.toString());
        data.addProperty("format", form.toString());
        data.addProperty("entries", lines.size());
        output.result("Wrote " + InWords.amount(lines.size(), "entry", "entries") + " to " + file + ".", data);
    }
}
