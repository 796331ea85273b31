package dev.latchkey.client;

import com.google.protobuf.ByteString;
import dev.latchkey.client.TicketFormat.Held;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.DeviceName;
import dev.latchkey.protocol.wire.StartLoginRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * This device as one account knows it: the file beside the memory in which it keeps its ticket, and what its owner calls it.
 *
 * <p>Without the file nothing is lost but a guess budget of its own, so nothing that can go wrong with it is a failure.
 */
final class ThisDevice {

    private final OwnersFile file;
    private final TicketFormat format;
    private final DeviceName name;
    private final Optional<Held> held;

    private ThisDevice(OwnersFile file, TicketFormat format, DeviceName name, Optional<Held> held) {
        this.file = file;
        this.format = format;
        this.name = name;
        this.held = held;
    }

    /** Of a client that keeps nothing. */
    static ThisDevice none() {
        return new ThisDevice(null, null, null, Optional.empty());
    }

    /** Reads the file; one that is missing, damaged or another's counts as none. */
    static ThisDevice read(Path folder, ServerAddress server, AccountName account, DeviceName name) {
        TicketFormat format = new TicketFormat(server, account);
        OwnersFile file = new OwnersFile(folder, format.fileName());
        Optional<Held> held;
        try {
            held = format.decode(file.read(format.length() + 1));
        } catch (IOException e) {
            held = Optional.empty();
        }
        return new ThisDevice(file, format, name, held);
    }

    /** Shows the ticket at a login, if there is one. */
    StartLoginRequest.Builder show(StartLoginRequest.Builder request) {
        held.flatMap(Held::ticket).map(ByteString::copyFrom).ifPresent(request::setDeviceTicket);
        return request;
    }

    /** The device whose ticket {@link #show} showed, if it showed one. */
    Optional<DeviceId> shown() {
        return held.filter(known -> known.ticket().isPresent()).map(Held::device);
    }

    /** Whether it keeps a ticket when it is given one. */
    boolean isKept() {
        return file != null;
    }

    DeviceName name() {
        return name;
    }

    /**
     * Makes sure of a place for a ticket before one is asked for, or every login would ask for another.
     *
     * @return the identifier to ask with, which stays the same for as long as the file does; nothing if there is no place
     */
    Optional<DeviceId> makePlace(SecureRandom random) {
        DeviceId device = held.map(Held::device).orElseGet(() -> DeviceId.random(random));
        return write(Held.withoutTicket(device)) ? Optional.of(device) : Optional.empty();
    }

    /** Keeps a ticket that this device was given. */
    void keep(DeviceId device, byte[] ticket) {
        // If it can't be kept, the next login asks for another.
        write(new Held(device, ticket));
    }

    /** Forgets the ticket with its account. */
    void forget() {
        if (file != null) {
            whileLocked(file::delete);
        }
    }

    private boolean write(Held next) {
        return whileLocked(() -> file.replace(format.encode(next)));
    }

    private boolean whileLocked(OwnersFile.Work work) {
        try {
            file.whileLocked(work);
            return true;
        } catch (IOException | KeyClientException e) {
            return false;
        }
    }
}
