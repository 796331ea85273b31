package dev.latchkey.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchkey.bench.load.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** How long {@code latchkey version} and {@code latchkey get} take from start to end, beside a program that only greets. */
final class CommandLineRow implements Row {

    private static final int WARM_UPS = 2;
    private static final int ROUNDS = 21;
    private static final long ARCHIVE_SECONDS = 180;

    /** The first one builds, if that was not done yet. */
    private static final Duration COMMAND = Duration.ofMinutes(10);

    private static final double VERSION_TIMES_HELLO = 1.8;
    private static final double GET_TIMES_HELLO = 4.0;

    private static final List<String> SHORT_LIFE = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    @Override
    public String name() {
        return "command-line";
    }

    @Override
    public String about() {
        return "latchkey version and get, process start to end, beside a hello-world with picocli";
    }

    @Override
    public Finding measure(Bench bench) throws Exception {
        Path home = Path.of(System.getProperty("java.home"));
        Path java = home.resolve("bin").resolve("java");
        String latchkey = bench.project().resolve("latchkey").toString();
        Path folder = bench.folder("command-line");
        Path password = password(folder);
        Path secret = Files.writeString(folder.resolve("secret"), "a secret of some bytes");
        bench.say("building what is started");
        run(Map.of("JAVA_HOME", home.toString()), List.of(latchkey, "version"));
        Path build = build(bench.project());
        awaitArchive(build);
        try (DevServer server = DevServer.start(folder.resolve("server"))) {
            Map<String, String> environment = Map.of(
                    "JAVA_HOME", home.toString(),
                    "LATCHKEY_ACCOUNT", "mara",
                    "LATCHKEY_HOME", folder.resolve("home").toString(),
                    "LATCHKEY_SERVER", server.address().toString(),
                    "LATCHKEY_CA", server.authority().toString());
            List<String> from = List.of("--password-file", password.toString());
            run(environment, command(List.of(latchkey, "register", "mara"), from));
            run(environment, command(List.of(latchkey, "put", "wallet", secret.toString()), from));
            List<String> hello = List.of(
                    java.toString(),
                    "-cp",
                    alone(folder, HelloPicocli.class) + ":" + jar(build, "picocli-"),
                    HelloPicocli.class.getName());
            List<String> stretching = command(
                    command(List.of(java.toString()), SHORT_LIFE),
                    List.of(
                            "-cp",
                            alone(folder, FirstStretching.class) + ":" + jar(build, "latchkey-opaque-") + ":"
                                    + jar(build, "bcprov-"),
                            FirstStretching.class.getName()));
            List<String> version = List.of(latchkey, "version");
            List<String> get = command(List.of(latchkey, "get", "wallet"), from);
            Contest contest = new Contest()
                    .add("hello", () -> wall(environment, hello))
                    .add("version", () -> wall(environment, version))
                    .add("get", () -> wall(environment, get))
                    .add("stretching", () -> Long.parseLong(run(environment, stretching)) / 1e3)
                    .run(WARM_UPS, ROUNDS, bench);
            double greeting = contest.median("hello");
            double stretch = contest.median("stretching");
            return new Finding()
                    .atMost("version, times hello", contest.median("version") / greeting, VERSION_TIMES_HELLO)
                    .atMost(
                            "get without Argon2id, times hello",
                            (contest.median("get") - stretch) / greeting,
                            GET_TIMES_HELLO)
                    .beside("hello, ms", greeting / 1e3)
                    .beside("version, ms", contest.median("version") / 1e3)
                    .beside("get, ms", contest.median("get") / 1e3)
                    .beside("Argon2id alone, ms", stretch / 1e3);
        }
    }

    private static double wall(Map<String, String> environment, List<String> command) throws Exception {
        long start = System.nanoTime();
        run(environment, command);
        return (System.nanoTime() - start) / 1e3;
    }

    /** What it printed, without the end of the line; it must end with 0. */
    private static String run(Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String said = Deadline.of(
                process, COMMAND, () -> new String(process.getInputStream().readAllBytes(), UTF_8).strip());
        int code = process.waitFor();
        if (code != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + code);
        }
        return said;
    }

    private static List<String> command(List<String> first, List<String> then) {
        return Stream.concat(first.stream(), then.stream()).toList();
    }

    private static Path password(Path folder) throws IOException {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        return Files.write(folder.resolve("password"), Base64.getEncoder().encode(random));
    }

    /** A folder with this class and no other. */
    private static Path alone(Path folder, Class<?> type) throws IOException {
        String file = type.getName().replace('.', '/') + ".class";
        Path classes = folder.resolve(type.getSimpleName());
        Path copy = classes.resolve(file);
        Files.createDirectories(copy.getParent());
        try (var in = type.getResourceAsStream("/" + file)) {
            Files.copy(in, copy);
        }
        return classes;
    }

    /** Where the launcher has what it starts. */
    private static Path build(Path project) throws IOException {
        Path builds = project.resolve("cli/target/latchkey");
        return builds.resolve(Files.readString(builds.resolve("current")).strip());
    }

    /** The first command with another Java than the one that built leaves it to a process of its own to make the archive. */
    private static void awaitArchive(Path build) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ARCHIVE_SECONDS);
        while (!named(build, ".begun").isEmpty() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private static Path jar(Path build, String start) throws IOException {
        return named(build, ".jar").stream()
                .filter(file -> file.getFileName().toString().startsWith(start))
                .findFirst()
                .orElseThrow(() -> new IOException("no " + start + " in " + build));
    }

    private static List<Path> named(Path folder, String end) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(end)).toList();
        }
    }
}
