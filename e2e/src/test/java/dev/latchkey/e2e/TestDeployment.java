package dev.latchkey.e2e;

import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.server.ServerOptions;
import dev.latchkey.server.store.StoreLocation.SqliteFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A folder as {@code latchkey server init} makes it: certificates, keys, a place for the database. */
final class TestDeployment {
    /** Cheap to stretch, so that a test can register many owners. Never accepted by a client's own floor. */
    static final KsfParameters CHEAP = new KsfParameters(64, 1, 1);

    private static final long INIT_DEADLINE_SECONDS = 60;

    private static TestDeployment original;

    private final Path folder;

    private TestDeployment(Path folder) {
        this.folder = folder;
    }

    /** Made by the real command, as an operator would; the command runs once, and each test gets its own copy. */
    static TestDeployment init(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        TestDeployment copy = new TestDeployment(folder);
        TestDeployment original = original();
        copy(original.ca(), copy.ca());
        copy(original.rootKey(), copy.rootKey());
        copy(original.certificate(), copy.certificate());
        copy(original.certificateKey(), copy.certificateKey());
        return copy;
    }

    private static synchronized TestDeployment original() throws IOException, InterruptedException {
        if (original == null) {
            Path folder = Files.createTempDirectory("latchkey-test-deployment");
            folder.toFile().deleteOnExit();
            run(List.of("server", "init", "--data", folder.toString()));
            try (Stream<Path> files = Files.list(folder)) {
                files.forEach(file -> file.toFile().deleteOnExit());
            }
            original = new TestDeployment(folder);
        }
        return original;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
    }

    /** One that was made before. */
    static TestDeployment of(Path folder) {
        return new TestDeployment(folder);
    }

    Path folder() {
        return folder;
    }

    Path ca() {
        return folder.resolve("ca.pem");
    }

    Path rootKey() {
        return folder.resolve("root.key");
    }

    Path database() {
        return folder.resolve("latchkey.db");
    }

    Path certificate() {
        return folder.resolve("server.pem");
    }

    Path certificateKey() {
        return folder.resolve("server-key.pem");
    }

    /** Options of a server on a free loopback port over this folder. */
    ServerOptions.Builder options() {
        return ServerOptions.builder()
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .storage(new SqliteFile(database()))
                .rootKey(rootKey())
                .certificate(certificate())
                .certificateKey(certificateKey())
                .ksf(CHEAP);
    }

    /** The command line in a process of its own, on this test's class path. */
    static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add("dev.latchkey.cli.Main");
        command.addAll(arguments);
        return command;
    }

    private static void run(List<String> arguments) throws IOException, InterruptedException {
        Path output = Files.createTempFile("latchkey-init", ".txt");
        try {
            Process process = new ProcessBuilder(command(arguments))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(INIT_DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("latchkey " + arguments + " did not end in time");
            }
            if (process.exitValue() != 0) {
                throw new IllegalStateException(Files.readString(output));
            }
        } finally {
            Files.delete(output);
        }
    }
}
