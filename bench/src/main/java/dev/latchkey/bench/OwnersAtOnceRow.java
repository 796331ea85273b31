package dev.latchkey.bench;

import dev.latchkey.bench.load.Load;
import dev.latchkey.bench.load.LoadPlots;
import dev.latchkey.bench.load.LoadResult;
import dev.latchkey.bench.load.ServedProcess;
import dev.latchkey.bench.load.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Many owners at once: how long they wait when the server is well used. */
final class OwnersAtOnceRow implements Row {

    private static final int OWNERS = 64;
    private static final double SHARE = 0.6;
    private static final Duration WARM_UP = Duration.ofSeconds(40);
    private static final Duration SATURATING = Duration.ofSeconds(20);
    private static final Duration MEASURED = Duration.ofSeconds(60);
    private static final double TIMES_MEDIAN = 8;

    @Override
    public String name() {
        return "owners-at-once";
    }

    @Override
    public String about() {
        return "64 owners at once, mixed work in an open loop at 60 % of the rate that saturates: p99 of each kind"
                + " beside its median";
    }

    @Override
    public Finding measure(Bench bench) throws Exception {
        try (ServedProcess server =
                        ServedProcess.keyServer(bench.folder("server").resolve("data"));
                Load load = new Load(server, Workload.MIXED, OWNERS, true)) {
            bench.say("warming up for " + WARM_UP.toSeconds() + " s");
            load.closed(WARM_UP);
            LoadResult saturated = load.closed(SATURATING);
            double rate = SHARE * saturated.operationsPerSecond();
            bench.say(String.format(
                    "saturates at %.0f operations a second; now %.0f", saturated.operationsPerSecond(), rate));
            LoadResult open = load.open(MEASURED, rate);
            List<String> names = List.of("60 % of that, open loop", "saturated, closed loop");
            List<LoadResult> results = List.of(open, saturated);
            LoadPlots.latency(
                    bench.plots().resolve("owners-at-once-latency.svg"),
                    "64 owners, mixed work: how long",
                    names,
                    results);
            LoadPlots.throughput(
                    bench.plots().resolve("owners-at-once-throughput.svg"),
                    "64 owners, mixed work: how many",
                    names,
                    results);
            Finding finding = new Finding();
            for (Workload kind : open.kinds()) {
                String name = kind.name().toLowerCase(Locale.ROOT);
                finding.atMost("p99 of a " + name + ", times its median", timesMedian(open, kind), TIMES_MEDIAN)
                        .beside("median of a " + name + ", ms", open.millis(kind, 50));
            }
            return finding.atMost("errors", (double) (open.errors() + saturated.errors()), 0)
                    .beside("p99 of all, times the median of all", open.millis(99) / open.millis(50))
                    .beside("median, ms", open.millis(50))
                    .beside("p99, ms", open.millis(99))
                    .beside("p99.9, ms", open.millis(99.9))
                    .beside("operations a second", open.operationsPerSecond())
                    .beside("saturated, operations a second", saturated.operationsPerSecond())
                    .beside("saturated, median, ms", saturated.millis(50))
                    .beside("server CPU an operation, µs", open.serverMicros());
        }
    }

    private static double timesMedian(LoadResult result, Workload kind) {
        return result.millis(kind, 99) / result.millis(kind, 50);
    }
}
