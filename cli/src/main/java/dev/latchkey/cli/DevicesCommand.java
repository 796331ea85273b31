package dev.latchkey.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.latchkey.client.DeviceSummary;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Lists the devices that the account knows. */
@Command(
        name = "devices",
        description = {
            "List the devices that the account knows: those that have logged in and remember it.",
            "",
            "Each holds a ticket with ten guesses of its own, so that a stranger who tries passwords can't lock it out. A"
                    + " ticket opens nothing. There are at most eight; a ninth takes the place of the one unused longest. The"
                    + " names are encrypted on the devices; the times are the server's word. A device goes by the name in"
                    + " LATCHKEY_DEVICE, or its host's, when it first logs in.",
            ""
        })
final class DevicesCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final GlobalOptions global;
    private final Access access;

    DevicesCommand(Surroundings surroundings, GlobalOptions global, Access access) {
        this.surroundings = surroundings;
        this.global = global;
        this.access = access;
    }

    @Override
    public Integer call() throws CommandFailure {
        Output output = new Output(surroundings, global.json());
        access.inSession((session, destination) -> {
            List<DeviceSummary> devices = session.devices();
            output.result(text(devices), json(devices));
        });
        return ExitCode.OK.number();
    }

    private static String text(List<DeviceSummary> devices) {
        if (devices.isEmpty()) {
            return "The account knows no device.";
        }
        TextTable table = new TextTable("NAME", "ID", "ADDED", "LAST USED", "");
        for (DeviceSummary device : devices) {
            table.add(
                    device.name().value(),
                    IdPrefix.shown(device.id().toByteArray()),
                    InWords.moment(device.added()),
                    InWords.moment(device.lastUsed()),
                    device.current() ? "this device" : "");
        }
        return table.toString();
    }

    private static JsonObject json(List<DeviceSummary> devices) {
        JsonArray list = new JsonArray();
        for (DeviceSummary device : devices) {
            JsonObject line = json(device);
            line.addProperty("added", device.added().toString());
            line.addProperty("last_used", device.lastUsed().toString());
            line.addProperty("this_device", device.current());
            list.add(line);
        }
        JsonObject data = new JsonObject();
        data.add("devices", list);
        return data;
    }

    /** By what it is known. */
    static JsonObject json(DeviceSummary device) {
        JsonObject data = new JsonObject();
        data.addProperty("device_id", device.id().toString());
        data.addProperty("name", device.name().value());
        return data;
    }
}
