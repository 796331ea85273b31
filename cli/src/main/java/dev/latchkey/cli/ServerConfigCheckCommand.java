package dev.latchkey.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.latchkey.server.ServerOptions;
import dev.latchkey.server.StartCheck;
import dev.latchkey.server.StartCheck.Finding;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says what a server would be started with, and whether it would start. */
@Command(
        name = "check",
        description = {
            "Say what a server would be started with and where each setting comes from, and whether it would start.",
            "",
            "Reads the configuration as latchkey server run does; looks at certificate, root key and database, also beside"
                    + " a running server; starts nothing and changes nothing.",
            ""
        })
final class ServerConfigCheckCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    @Mixin
    private ServerConfigOption configuration;

    ServerConfigCheckCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure {
        ReadConfig read = ServerConfigReader.readWithPlaces(configuration.file(), surroundings);
        ServerOptions options = ServerRunner.options(read.config());
        List<Finding> findings = StartCheck.look(options, Clock.systemUTC());
        new Output(surroundings, root.global().json()).result(text(read, findings), () -> json(read, findings));
        for (Finding finding : findings) {
            if (finding.refusal().isPresent()) {
                throw new CommandFailure(
                        ServerRunner.code(finding.refusal().get()),
                        finding.sentence(),
                        "",
                        "A server with these settings would not start. Put that right and check again.");
            }
        }
        return ExitCode.OK.number();
    }

    private static String text(ReadConfig read, List<Finding> findings) {
        TextTable settings = new TextTable("SETTING", "VALUE", "FROM");
        read.lines()
                .forEach(line -> settings.add(line.key().path(), line.value().orElse("-"), line.source()));
        TextTable checks = new TextTable("CHECKED", "", "FOUND");
        findings.forEach(finding -> checks.add(name(finding), isGood(finding) ? "ok" : "REFUSED", finding.sentence()));
        return settings + System.lineSeparator() + System.lineSeparator() + checks;
    }

    private static JsonObject json(ReadConfig read, List<Finding> findings) {
        JsonArray settings = new JsonArray();
        for (ReadConfig.Line line : read.lines()) {
            JsonObject setting = new JsonObject();
            setting.addProperty("setting", line.key().path());
            setting.addProperty("variable", line.key().variable());
            setting.addProperty("value", line.value().orElse(null));
            setting.addProperty("from", line.source());
            settings.add(setting);
        }
        JsonArray checks = new JsonArray();
        for (Finding finding : findings) {
            JsonObject check = new JsonObject();
            check.addProperty("checked", name(finding));
            check.addProperty("ok", isGood(finding));
            check.addProperty("found", finding.sentence());
            checks.add(check);
        }
        JsonObject data = new JsonObject();
        data.addProperty("ok", findings.stream().allMatch(ServerConfigCheckCommand::isGood));
        data.add("settings", settings);
        data.add("checks", checks);
        return data;
    }

    private static boolean isGood(Finding finding) {
        return finding.refusal().isEmpty();
    }

    private static String name(Finding finding) {
        return finding.subject().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
