package dev.latchkey.client;

import dev.latchkey.protocol.DeviceName;
import dev.latchkey.protocol.InvalidInputException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a device is called when nobody says otherwise. */
final class HostName {

    private static final String UNNAMED = "unnamed device";

    private HostName() {}

    static DeviceName asDeviceName() {
        return asDeviceName(ofThisHost());
    }

    /** As much of a host's name as a device's name may have; something else if nothing of it will do. */
    static DeviceName asDeviceName(String host) {
        String shown = host.codePoints()
                .limit(DeviceName.MAX_CHARACTERS)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        try {
            return DeviceName.of(shown);
        } catch (InvalidInputException e) {
            return unnamed();
        }
    }

    private static DeviceName unnamed() {
        try {
            return DeviceName.of(UNNAMED);
        } catch (InvalidInputException e) {
            throw new IllegalStateException("a constant that is a name", e);
        }
    }

    /** Without asking the network where the system says it by itself. */
    private static String ofThisHost() {
        for (String variable : List.of("COMPUTERNAME", "HOSTNAME")) {
            String name = System.getenv(variable);
            if (name != null && !name.isBlank()) {
                return name.strip();
            }
        }
        try {
            return Files.readString(Path.of("/etc/hostname")).strip();
        } catch (IOException e) {
            return ofLocalAddress();
        }
    }

    private static String ofLocalAddress() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return UNNAMED;
        }
    }
}
