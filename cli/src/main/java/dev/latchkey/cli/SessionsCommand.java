package dev.latchkey.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.latchkey.client.DeviceSummary;
import dev.latchkey.client.SessionSummary;
import dev.latchkey.protocol.DeviceId;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** Lists the account's open sessions. */
@Command(
        name = "sessions",
        description = {
            "List the account's open sessions: what each is for, when it was opened and last used, and from which device.",
            "",
            "One of them is this command's own. All of it is the server's word, but for the names of the devices. An account"
                    + " has at most sixteen sessions; one ends by itself after five minutes without a request.",
            ""
        })
final class SessionsCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final GlobalOptions global;
    private final Access access;

    SessionsCommand(Surroundings surroundings, GlobalOptions global, Access access) {
        this.surroundings = surroundings;
        this.global = global;
        this.access = access;
    }

    @Override
    public Integer call() throws CommandFailure {
        Output output = new Output(surroundings, global.json());
        access.inSession((session, destination) -> {
            List<SessionSummary> sessions = session.sessions();
            Map<DeviceId, String> names = session.devices().stream()
                    .collect(Collectors.toMap(
                            DeviceSummary::id, device -> device.name().value()));
            output.result(text(sessions, names), json(sessions, names));
        });
        return ExitCode.OK.number();
    }

    private static String text(List<SessionSummary> sessions, Map<DeviceId, String> names) {
        TextTable table = new TextTable("ID", "KIND", "OPENED", "LAST USED", "DEVICE", "");
        for (SessionSummary session : sessions) {
            table.add(
                    IdPrefix.shown(session.id().toByteArray()),
                    kind(session),
                    InWords.moment(session.time().opened()),
                    InWords.moment(session.time().lastUsed()),
                    session.device()
                            .map(device -> names.getOrDefault(device, "a revoked one"))
                            .orElse("not a known one"),
                    session.current() ? "this one" : "");
        }
        return table.toString();
    }

    private static JsonObject json(List<SessionSummary> sessions, Map<DeviceId, String> names) {
        JsonArray list = new JsonArray();
        for (SessionSummary session : sessions) {
            JsonObject line = json(session);
            line.addProperty("opened", session.time().opened().toString());
            line.addProperty("last_used", session.time().lastUsed().toString());
            line.addProperty(
                    "device_id", session.device().map(DeviceId::toString).orElse(null));
            line.addProperty("device_name", session.device().map(names::get).orElse(null));
            line.addProperty("this_session", session.current());
            list.add(line);
        }
        JsonObject data = new JsonObject();
        data.add("sessions", list);
        return data;
    }

    /** By what it is known. */
    static JsonObject json(SessionSummary session) {
        JsonObject data = new JsonObject();
        data.addProperty("session_id", HexFormat.of().formatHex(session.id().toByteArray()));
        data.addProperty("kind", kind(session));
        return data;
    }

    private static String kind(SessionSummary session) {
        return session.use() == SessionSummary.Use.ACCOUNT ? "account" : "request";
    }
}
