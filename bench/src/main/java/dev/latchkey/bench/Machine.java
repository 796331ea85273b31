package dev.latchkey.bench;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** On what something was measured. */
final class Machine {

    private Machine() {}

    static JsonObject describe() {
        JsonObject machine = new JsonObject();
        machine.addProperty("java", System.getProperty("java.vm.name") + " " + Runtime.version());
        machine.addProperty("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        machine.addProperty("processor", processor());
        machine.addProperty("processors", Runtime.getRuntime().availableProcessors());
        machine.addProperty("date", LocalDate.now(ZoneOffset.UTC).toString());
        return machine;
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException notLinux) {
            return "unknown";
        }
    }
}
