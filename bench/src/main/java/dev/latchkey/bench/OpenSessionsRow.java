package dev.latchkey.bench;

import dev.latchkey.bench.load.Connection;
import dev.latchkey.bench.load.Deadline;
import dev.latchkey.bench.load.ServedProcess;
import dev.latchkey.bench.load.WireOwner;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.stream.Stream;

/** Ten thousand sessions that nobody closes. */
final class OpenSessionsRow implements Row {

    private static final int SESSIONS = 10_000;

    /** As many as an owner may have. */
    private static final int OF_AN_OWNER = 16;

    private static final Duration HISTOGRAM = Duration.ofSeconds(60);
    private static final int OWNERS = SESSIONS / OF_AN_OWNER;
    private static final double RESIDENT_MEGABYTES = 400;
    private static final double SESSION_BYTES = 4096;

    @Override
    public String name() {
        return "open-sessions";
    }

    @Override
    public String about() {
        return "10,000 open sessions with a heap of 256 MB: resident memory, and what an idle session takes";
    }

    @Override
    public Finding measure(Bench bench) throws Exception {
        Path data = bench.folder("server").resolve("data");
        SecureRandom random = new SecureRandom();
        try (ServedProcess server = ServedProcess.keyServer(data, "-Xmx256m")) {
            SslContext trust = Connection.trust(server.authority());
            long heapBefore;
            long filesBefore;
            WireOwner[] owners = new WireOwner[OWNERS];
            try (Connection connection = Connection.to(server.port(), trust)) {
                bench.say(OWNERS + " owners register and open one session each");
                for (int i = 0; i < OWNERS; i++) {
                    owners[i] = new WireOwner("owner-" + i, random);
                    owners[i].register(connection);
                    owners[i].logIn(connection).close();
                }
                heapBefore = liveHeapBytes(server);
                filesBefore = transientBytes(data);
                bench.say("and " + (OF_AN_OWNER - 1) + " more each");
                for (int more = 1; more < OF_AN_OWNER; more++) {
                    for (WireOwner owner : owners) {
                        owner.logIn(connection).close();
                    }
                }
            }
            long resident = server.residentBytes();
            long heap = liveHeapBytes(server) - heapBefore;
            long files = transientBytes(data) - filesBefore;
            int added = OWNERS * (OF_AN_OWNER - 1);
            for (WireOwner owner : owners) {
                owner.close();
            }
            return new Finding()
                    .atMost("resident, MB", resident / 1e6, RESIDENT_MEGABYTES)
                    .atMost("bytes an idle session, heap and file", (double) (heap + files) / added, SESSION_BYTES)
                    .beside("of these in the heap", (double) heap / added)
                    .beside("of these in the transient file", (double) files / added)
                    .beside("sessions", SESSIONS);
        }
    }

    /** What is alive after a full collection. */
    private static long liveHeapBytes(ServedProcess server) throws IOException {
        Process histogram = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(server.pid()),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String output = Deadline.of(
                histogram,
                HISTOGRAM,
                () -> new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        // Total  INSTANCES  BYTES
        return output.lines()
                .filter(line -> line.startsWith("Total"))
                .map(line -> Long.parseLong(line.strip().split("\\s+", -1)[2]))
                .findFirst()
                .orElseThrow(() -> new IOException("jcmd did not say what is alive: " + output));
    }

    private static long transientBytes(Path data) throws IOException {
        try (Stream<Path> files = Files.list(data)) {
            long bytes = 0;
            for (Path file : files.filter(file -> file.getFileName().toString().contains("transient"))
                    .toList()) {
                bytes += Files.size(file);
            }
            return bytes;
        }
    }
}
