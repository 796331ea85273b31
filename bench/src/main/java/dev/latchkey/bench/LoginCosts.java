package dev.latchkey.bench;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import dev.latchkey.bench.load.Load;
import dev.latchkey.bench.load.ServedProcess;
import dev.latchkey.bench.load.Workload;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * What a login costs the server most in its own code: Java's flight recorder looks at its threads while owners log in, and
 * every look is put down to the innermost part of the program that it met. It does not see what the kernel does for them, nor
 * collectors and compilers.
 */
public final class LoginCosts {

    private static final int OWNERS = 8;
    private static final Duration WARM_UP = Duration.ofSeconds(40);
    private static final Duration MEASURED = Duration.ofSeconds(40);
    private static final String OTHER = "what is left";

    /** Threads that stand in a native method are looked at there too: these wait, and use no processor. */
    private static final Set<String> WAITING = Set.of("epollWait", "epollWait0", "park", "accept0", "poll");

    /** By the begin of a class's name, the innermost frame first. */
    private static final Map<String, String> PARTS = new LinkedHashMap<>();

    static {
        PARTS.put("dev.latchkey.opaque.ristretto", "OPAQUE: the group");
        PARTS.put("dev.latchkey.opaque", "OPAQUE: its messages; HMAC and HKDF, also of sealing");
        PARTS.put("org.sqlite", "SQLite, its driver included");
        PARTS.put("org.jdbi", "Jdbi: binding and mapping");
        PARTS.put("dev.latchkey.server.seal", "sealing at rest");
        PARTS.put("dev.latchkey.protocol", "channel, log and rules of the wire");
        PARTS.put("dev.latchkey.server", "the server's own code");
        PARTS.put("io.grpc", "gRPC, HTTP/2 and TLS");
    }

    private LoginCosts() {}

    /** Prints the parts, the largest first, and keeps them for {@code bench/report}. */
    public static void main(String[] arguments) throws Exception {
        Path project = Path.of(System.getProperty("latchkey.project", "."));
        PrintStream progress = System.err;
        try (Bench bench = Bench.in(project, progress)) {
            Path recording = bench.folder("costs").resolve("login.jfr");
            record(bench, recording);
            Map<String, Long> parts = count(recording);
            long all = parts.values().stream().mapToLong(Long::longValue).sum();
            Finding finding = new Finding();
            StringBuilder largest = new StringBuilder();
            List<Map.Entry<String, Long>> sorted = parts.entrySet().stream()
                    .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                    .toList();
            for (Map.Entry<String, Long> part : sorted) {
                double share = 100.0 * part.getValue() / all;
                System.out.printf("%5.1f %%  %s%n", share, part.getKey());
                largest.append(String.format("| %s | %.0f %% |%n", part.getKey(), share));
            }
            finding.beside("looks", (double) all)
                    .beside(
                            "table",
                            "| part | share |\n|---|---|\n" + largest.toString().strip());
            JsonObject json = finding.toJson("login-costs");
            json.add("machine", Machine.describe());
            Files.writeString(
                    Files.createDirectories(
                                    Report.results(project, Runtime.version().feature()))
                            .resolve("login-costs.json"),
                    new GsonBuilder()
                                    .disableHtmlEscaping()
                                    .setPrettyPrinting()
                                    .create()
                                    .toJson(json) + "\n");
        }
        System.exit(0);
    }

    private static void record(Bench bench, Path recording) throws Exception {
        String delayed = "-XX:StartFlightRecording=delay=" + WARM_UP.toSeconds()
                + "s,settings=profile,dumponexit=true,filename=" + recording;
        try (ServedProcess server =
                        ServedProcess.keyServer(bench.folder("server").resolve("data"), delayed);
                Load load = new Load(server, Workload.LOGIN, OWNERS, true)) {
            bench.say("owners log in for " + WARM_UP.plus(MEASURED).toSeconds() + " s");
            load.closed(WARM_UP.plus(MEASURED));
        }
    }

    private static Map<String, Long> count(Path recording) throws IOException {
        Map<String, Long> parts = new LinkedHashMap<>();
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                RecordedEvent event = file.readEvent();
                String kind = event.getEventType().getName();
                boolean isLook = kind.equals("jdk.ExecutionSample") || kind.equals("jdk.NativeMethodSample");
                if (isLook && event.getStackTrace() != null && !waits(event)) {
                    parts.merge(part(event.getStackTrace().getFrames()), 1L, Long::sum);
                }
            }
        }
        return parts;
    }

    private static boolean waits(RecordedEvent event) {
        List<RecordedFrame> frames = event.getStackTrace().getFrames();
        return !frames.isEmpty() && WAITING.contains(frames.get(0).getMethod().getName());
    }

    private static String part(List<RecordedFrame> frames) {
        for (RecordedFrame frame : frames) {
            String type = frame.getMethod().getType().getName();
            for (Map.Entry<String, String> part : PARTS.entrySet()) {
                if (type.startsWith(part.getKey())) {
                    return part.getValue();
                }
            }
        }
        return OTHER;
    }
}
