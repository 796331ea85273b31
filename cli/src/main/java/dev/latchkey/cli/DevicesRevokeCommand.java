package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.client.DeviceSummary;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.KeySession;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes the tickets of devices void. */
@Command(
        name = "revoke",
        description = {
            "Make the ticket of a device void, or of all devices but this one.",
            "",
            "It then draws on the guesses that all strangers share. It is not locked out: who knows the password can log in"
                    + " there and gets another ticket, and a session that is open there stays open. Against somebody who has"
                    + " the password: latchkey passwd, which voids all tickets and ends all sessions.",
            ""
        })
final class DevicesRevokeCommand implements Callable<Integer> {

    private static final String WHAT = "device";
    private static final String LIST = "latchkey devices";

    private final Surroundings surroundings;
    private final GlobalOptions global;
    private final Access access;

    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ID",
            description = "The device's id, or its first digits, at least 4.")
    private String id;

    @Option(names = "--others", description = "All devices but this one.")
    private boolean others;

    @Option(names = "--yes", description = "Do not ask; for scripts.")
    private boolean yes;

    DevicesRevokeCommand(Surroundings surroundings, GlobalOptions global, Access access) {
        this.surroundings = surroundings;
        this.global = global;
        this.access = access;
    }

    @Override
    public Integer call() throws CommandFailure {
        IdPrefix.requireNoOptionsBefore(spec);
        if ((id == null) != others) {
            throw new ParameterException(spec.commandLine(), "Give either the ID of a device or --others.");
        }
        Output output = new Output(surroundings, global.json());
        Confirmation confirmation = new Confirmation(surroundings.terminal());
        if (others) {
            confirmation.of("Revoke all devices but this one?", yes);
            access.inSession((session, destination) -> revokeOthers(session, output));
        } else {
            IdPrefix prefix = IdPrefix.of(id, spec);
            confirmation.of("Revoke the device " + prefix + "?", yes);
            access.inSession((session, destination) -> revoke(prefix, session, output));
        }
        return ExitCode.OK.number();
    }

    private static void revoke(IdPrefix prefix, KeySession session, Output output)
            throws KeyClientException, CommandFailure {
        DeviceSummary device = prefix.findIn(session.devices(), one -> one.id().toByteArray(), WHAT, LIST);
        try {
            session.revokeDevice(device.id());
        } catch (KeyClientException e) {
            throw e.reason() == Reason.NOT_FOUND ? IdPrefix.notFound(WHAT, LIST).because(e) : ClientFailures.explain(e);
        }
        output.result("Revoked \"" + device.name().value() + "\".", DevicesCommand.json(device));
    }

    private static void revokeOthers(KeySession session, Output output) throws KeyClientException {
        int revoked = session.revokeOtherDevices();
        JsonObject data = new JsonObject();
        data.addProperty("revoked", revoked);
        output.result(
                revoked == 0
                        ? "There was no other device."
                        : "Revoked " + InWords.amount(revoked, "other device", "other devices") + ".",
                data);
    }
}
