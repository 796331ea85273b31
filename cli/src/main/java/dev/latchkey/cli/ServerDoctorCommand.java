package dev.latchkey.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says what is well with a server and what is not. */
@Command(
        name = "doctor",
        description = {
            "Say on one screen what is well with a server, what is not, and what to do about it.",
            "",
            "Looks at configuration, certificate, keys, database, disk, clock and backups, and whether the server answers."
                    + " Changes nothing. Exit code 1 if something needs doing.",
            ""
        })
final class ServerDoctorCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    @Mixin
    private final RunningServer server = new RunningServer();

    ServerDoctorCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure {
        ServerConfig config = server.read(surroundings);
        List<Examination.Finding> findings = new Examination(config, server, surroundings).findings();
        boolean well = findings.stream().allMatch(finding -> finding.next().isEmpty());
        new Output(surroundings, root.global().json()).result(text(findings, well), () -> json(findings, well));
        return (well ? ExitCode.OK : ExitCode.ERROR).number();
    }

    private static String text(List<Examination.Finding> findings, boolean well) {
        TextTable table = new TextTable("LOOKED AT", "", "FOUND");
        for (Examination.Finding finding : findings) {
            table.add(finding.subject(), finding.next().isEmpty() ? "ok" : "TO DO", finding.found());
            finding.next().ifPresent(next -> table.add("", "", "-> " + next));
        }
        return table
                + System.lineSeparator()
                + System.lineSeparator()
                + (well ? "All is well." : "Something needs doing.");
    }

    private static JsonObject json(List<Examination.Finding> findings, boolean well) {
        JsonArray list = new JsonArray();
        for (Examination.Finding finding : findings) {
            JsonObject line = new JsonObject();
            line.addProperty("subject", finding.subject());
            line.addProperty("ok", finding.next().isEmpty());
            line.addProperty("found", finding.found());
            line.addProperty("next", finding.next().orElse(null));
            list.add(line);
        }
        JsonObject data = new JsonObject();
        data.addProperty("ok", well);
        data.add("findings", list);
        return data;
    }
}
