package dev.latchkey.cli;

import dev.latchkey.client.History;
import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeySession;
import dev.latchkey.protocol.Password;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Makes clients that remember what this device saw of a server, and wipes the password behind their work. */
final class Clients {

    private static final String MEMORY = "memory";

    private final Surroundings surroundings;
    private final boolean json;
    private final ClientHome home;

    Clients(Surroundings surroundings, boolean json) {
        this.surroundings = surroundings;
        this.json = json;
        this.home = ClientHome.of(surroundings, System.getProperties());
    }

    ClientHome home() {
        return home;
    }

    /**
     * Does the work with a client for this destination.
     *
     * @param acceptChange whether the server may be another than this device remembers
     * @param typed the password as it was typed; wiped when this returns
     */
    void withPassword(Destination destination, boolean acceptChange, char[] typed, Access.PasswordWork work)
            throws CommandFailure {
        try (Password password = Inputs.password(typed);
                StretchingNotice notice = new StretchingNotice(surroundings, json);
                KeyClient client =
                        builder(destination, notice).acceptChange(acceptChange).build()) {
            work.with(client, destination, password);
        } catch (KeyClientException e) {
            throw ClientFailures.explain(e);
        } finally {
            Arrays.fill(typed, '\0');
        }
    }

    /** The description of a client for this destination, with a memory where this device can have one. */
    KeyClient.Builder builder(Destination destination, StretchingNotice notice) throws CommandFailure {
        KeyClient.Builder builder = KeyClient.builder(destination.server()).progress(notice);
        if (canRemember()) {
            builder.memory(home.folder().resolve(MEMORY));
            Optional<String> name = surroundings.variable("LATCHKEY_DEVICE");
            if (name.isPresent()) {
                builder.deviceName(Inputs.deviceName(name.get()));
            }
        }
        destination.ca().ifPresent(builder::trust);
        return builder;
    }

    /** A device that sees an account for the first time has nothing to hold the server against, which its owner is told. */
    void sayWhatCannotBeChecked(KeySession session) {
        if (session.history() == History.FIRST_SEEN) {
            String unknown =
                    "It is whole in itself; whether the server left out what other devices have seen, only those"
                            + " can tell.";
            new Output(surroundings, json)
                    .remark(
                            canRemember()
                                    ? "This device sees the account's log for the first time. " + unknown
                                            + " From now on this one remembers."
                                    : "This device can't remember the account's log: " + home.folder()
                                            + " can't be written. " + unknown);
        }
    }

    /** Without a folder there is nothing remembered that could be missed; one that is there must be usable. */
    private boolean canRemember() {
        Path place = home.folder().resolve(MEMORY);
        while (place != null && !Files.exists(place)) {
            place = place.getParent();
        }
        return place != null && Files.isDirectory(place) && Files.isWritable(place);
    }
}
