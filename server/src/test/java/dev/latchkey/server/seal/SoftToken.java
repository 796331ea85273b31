package dev.latchkey.server.seal;

import dev.latchkey.server.seal.RootKeySource.InToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A token of SoftHSM 2 in a folder of its own, with one AES key. */
final class SoftToken {
    private static final List<Path> LIBRARIES = List.of(
            Path.of("/usr/lib/softhsm/libsofthsm2.so"),
            Path.of("/usr/lib64/pkcs11/libsofthsm2.so"),
            Path.of("/usr/local/lib/softhsm/libsofthsm2.so"),
            Path.of("/opt/homebrew/lib/softhsm/libsofthsm2.so"));

    private static final String PIN = "5678";

    private final Path library;
    private final Path configuration;
    private final Path pinFile;
    private final long slot;

    private SoftToken(Path library, Path configuration, Path pinFile, long slot) {
        this.library = library;
        this.configuration = configuration;
        this.pinFile = pinFile;
        this.slot = slot;
    }

    static SoftToken create(Path folder, String label) throws IOException, InterruptedException {
        Path library = LIBRARIES.stream()
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("SoftHSM 2 is needed here: apt-get install softhsm2"));
        Path configuration = folder.resolve("softhsm2.conf");
        Files.writeString(
                configuration,
                "directories.tokendir = " + Files.createDirectory(folder.resolve("tokens")) + "\nlog.level = ERROR\n");
        Path pinFile = folder.resolve("pin");
        Files.createFile(pinFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(pinFile, PIN + "\n");
        Map<String, String> environment = Map.of("SOFTHSM2_CONF", configuration.toString());
        String made = run(
                environment,
                List.of(
                        "softhsm2-util",
                        "--init-token",
                        "--free",
                        "--label",
                        "latchkey",
                        "--so-pin",
                        "1234",
                        "--pin",
                        PIN));
        Matcher slot = Pattern.compile("reassigned to slot (\\d+)").matcher(made);
        if (!slot.find()) {
            throw new IllegalStateException(made);
        }
        SoftToken token = new SoftToken(library, configuration, pinFile, Long.parseLong(slot.group(1)));
        run(
                environment,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        TokenKeyMaker.class.getName(),
                        library.toString(),
                        slot.group(1),
                        PIN,
                        label));
        return token;
    }

    Map<String, String> environment() {
        return Map.of("SOFTHSM2_CONF", configuration.toString());
    }

    InToken source(String label) {
        return new InToken(library, slot, pinFile, label);
    }

    private static String run(Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(said);
        }
        return said;
    }
}
