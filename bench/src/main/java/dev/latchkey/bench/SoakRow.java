package dev.latchkey.bench;

import dev.latchkey.bench.load.Load;
import dev.latchkey.bench.load.LoadResult;
import dev.latchkey.bench.load.Plot;
import dev.latchkey.bench.load.ServedProcess;
import dev.latchkey.bench.load.Workload;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** An hour of load: what the server holds of memory and files must not grow. */
final class SoakRow implements Row {

    private static final int OWNERS = 64;
    private static final double SHARE = 0.6;
    private static final Duration HOUR = Duration.ofMinutes(60);
    private static final Duration SETTLING = Duration.ofMinutes(10);
    private static final Duration STEP = Duration.ofSeconds(15);
    private static final Duration COMPARED = Duration.ofMinutes(5);
    private static final double GROWTH = 1.05;
    private static final double MEBIBYTE = 1024 * 1024;

    @Override
    public String name() {
        return "soak";
    }

    @Override
    public String about() {
        return "an hour at 60 % of the rate that saturates: memory and open files stay flat after 10 minutes";
    }

    @Override
    public boolean onlyByName() {
        return true;
    }

    /** What the server held at one moment. */
    private record Sample(double minute, double mebibytes, double files) {}

    @Override
    public Finding measure(Bench bench) throws Exception {
        Duration whole = Duration.ofSeconds(Long.getLong("latchkey.soak.seconds", HOUR.toSeconds()));
        List<Sample> samples = new ArrayList<>();
        long errors = 0;
        long operations = 0;
        double rate;
        try (ServedProcess server =
                        ServedProcess.keyServer(bench.folder("server").resolve("data"), "-Xmx256m");
                Load load = new Load(server, Workload.MIXED, OWNERS, true)) {
            load.closed(Duration.ofSeconds(40));
            rate = SHARE * load.closed(Duration.ofSeconds(20)).operationsPerSecond();
            bench.say(String.format("%.0f operations a second for %d minutes", rate, whole.toMinutes()));
            long begun = System.nanoTime();
            while (System.nanoTime() - begun < whole.toNanos()) {
                LoadResult result = load.open(STEP, rate);
                errors += result.errors();
                operations += result.operations();
                samples.add(sample(server, System.nanoTime() - begun));
                if (samples.size() % 20 == 0) {
                    Sample last = samples.get(samples.size() - 1);
                    bench.say(String.format(
                            "minute %.0f: %.0f MiB, %.0f files, %d errors",
                            last.minute(), last.mebibytes(), last.files(), errors));
                }
            }
        }
        plots(bench, samples);
        double settled = SETTLING.toMinutes();
        double compared = COMPARED.toMinutes();
        List<Sample> first = between(samples, settled, settled + compared);
        List<Sample> last = between(samples, whole.toMinutes() - compared, Double.MAX_VALUE);
        return new Finding()
                .atMost("memory of the last 5 minutes by that of minutes 10 to 15", growth(first, last, true), GROWTH)
                .atMost("open files, likewise", growth(first, last, false), GROWTH)
                .atMost("errors", (double) errors, 0)
                .atLeast("minutes", (double) whole.toMinutes(), (double) HOUR.toMinutes())
                .beside("operations", (double) operations)
                .beside("operations a second", rate)
                .beside(
                        "resident at the end, MiB",
                        last.isEmpty() ? Double.NaN : last.get(last.size() - 1).mebibytes())
                .beside(
                        "open files at the end",
                        last.isEmpty() ? Double.NaN : last.get(last.size() - 1).files())
                .beside("heap allowed, MiB", 256);
    }

    private static Sample sample(ServedProcess server, long nanos) throws IOException {
        return new Sample(nanos / 6e10, server.residentBytes() / MEBIBYTE, server.openFiles());
    }

    private static List<Sample> between(List<Sample> samples, double from, double to) {
        return samples.stream()
                .filter(sample -> sample.minute() >= from && sample.minute() <= to)
                .toList();
    }

    private static double growth(List<Sample> first, List<Sample> last, boolean memory) {
        if (first.isEmpty() || last.isEmpty()) {
            return Double.NaN;
        }
        return median(last, memory) / median(first, memory);
    }

    private static double median(List<Sample> samples, boolean memory) {
        return Medians.of(samples.stream()
                .map(sample -> memory ? sample.mebibytes() : sample.files())
                .toList());
    }

    private static void plots(Bench bench, List<Sample> samples) throws IOException {
        double[] minutes = samples.stream().mapToDouble(Sample::minute).toArray();
        new Plot(
                        "An hour of mixed work: what the server holds",
                        Plot.Axis.ofNumbers("time, minutes"),
                        Plot.Axis.ofNumbers("MiB resident, and open files"))
                .line(
                        "memory, MiB",
                        minutes,
                        samples.stream().mapToDouble(Sample::mebibytes).toArray())
                .line(
                        "open files",
                        minutes,
                        samples.stream().mapToDouble(Sample::files).toArray())
                .writeTo(bench.plots().resolve("soak.svg"));
    }
}
