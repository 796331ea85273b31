package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Goes once through what owners do daily, against a server of its own, while Java notes which classes that takes: the
 * launcher keeps them ready for later starts.
 */
public final class Rehearsal {

    private static final String LABEL = "rehearsal";
    private static final String ADDRESS = "  export LATCHKEY_SERVER=";
    private static final int PASSWORD_BYTES = 24;
    private static final long LONGEST_SECONDS = 180;

    private final Path folder;
    private final String server;

    private Rehearsal(Path folder, String server) {
        this.folder = folder;
        this.server = server;
    }

    /** Works in the folder that is the first argument; it is the caller's to delete. */
    public static void main(String[] arguments) throws IOException {
        Logs.silence();
        Path folder = Path.of(arguments[0]).toAbsolutePath();
        // A process of its own: what a server takes would only make the archive larger, and reading it slower.
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "server",
                        "--dev",
                        "--port",
                        "0",
                        "--data",
                        folder.resolve("server").toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        // However it goes: without a server, everything here ends by itself.
        CompletableFuture.delayedExecutor(LONGEST_SECONDS, TimeUnit.SECONDS).execute(server::destroyForcibly);
        int code;
        try {
            code = new Rehearsal(folder, address(server)).run();
        } finally {
            server.destroy();
            server.onExit().join();
        }
        System.exit(code);
    }

    private static String address(Process server) throws IOException {
        BufferedReader said = server.inputReader(UTF_8);
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith(ADDRESS)) {
                return line.substring(ADDRESS.length());
            }
        }
        throw new IOException("the server ended before it listened");
    }

    private int run() throws IOException {
        Path password = folder.resolve("password");
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        byte[] typed = Base64.getEncoder().encode(random);
        PrivateFiles.create(password, typed);
        Arrays.fill(typed, (byte) 0);
        Path secret = Files.write(folder.resolve("secret"), LABEL.getBytes(US_ASCII));
        String from = "--password-file";
        return latchkey("version")
                | latchkey("help", "get")
                | latchkey("register", LABEL, from, password.toString())
                | latchkey("put", LABEL, secret.toString(), from, password.toString())
                | latchkey("list", from, password.toString())
                | latchkey("list", "--json", from, password.toString())
                | latchkey("get", LABEL, from, password.toString());
    }

    private int latchkey(String... arguments) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, US_ASCII);
        Map<String, String> environment = Map.of(
                "LATCHKEY_SERVER", server,
                "LATCHKEY_CA", folder.resolve("server/ca.pem").toString(),
                "LATCHKEY_HOME", folder.resolve("home").toString());
        return new Latchkey(new Surroundings(
                        new Streams(InputStream.nullInputStream(), nowhere, nowhere),
                        environment,
                        new SystemTerminal("", "", false),
                        new ProcessStopSignal(),
                        Time.SYSTEM))
                .run(arguments);
    }
}
