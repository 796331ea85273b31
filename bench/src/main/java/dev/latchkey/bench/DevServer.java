package dev.latchkey.bench;

import dev.latchkey.client.ServerAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** {@code latchkey server --dev} in a process of its own, with its data in a folder of the caller's. */
final class DevServer implements AutoCloseable {

    private static final String ADDRESS = "  export LATCHKEY_SERVER=";
    private static final long END_SECONDS = 10;

    private final Process process;
    private final ServerAddress address;
    private final Path authority;

    private DevServer(Process process, ServerAddress address, Path authority) {
        this.process = process;
        this.address = address;
        this.authority = authority;
    }

    /** Starts it on a free port and waits until it says which. */
    static DevServer start(Path folder) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.latchkey.cli.Main",
                        "server",
                        "--dev",
                        "--data",
                        folder.toString(),
                        "--port",
                        "0")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(ADDRESS)) {
                ServerAddress address = ServerAddress.parse(line.substring(ADDRESS.length()));
                return new DevServer(process, address, folder.resolve("ca.pem"));
            }
        }
        process.destroyForcibly();
        throw new IOException("the server ended before it listened");
    }

    ServerAddress address() {
        return address;
    }

    /** The PEM file with the authority that vouches for it. */
    Path authority() {
        return authority;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
