package dev.latchkey.bench.load;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** What a run of load came to. */
public final class LoadResult {

    private static final long MOST_NANOS = Duration.ofMinutes(2).toNanos();
    private static final int DIGITS = 3;
    private static final double[] PERCENTILES = {50, 75, 90, 95, 99, 99.9, 99.99, 100};

    private final Asked asked;
    private final Histogram nanos;
    private final Map<Workload, Histogram> ofKind = new EnumMap<>(Workload.class);
    private final long[] perSecond;
    private final long errors;
    private final String firstError;
    private final Duration taken;
    private final Duration serverCpu;

    /**
     * What was asked for.
     *
     * @param perSecond operations that fall due in a second; 0 in a closed loop
     */
    public record Asked(Workload workload, int owners, double perSecond) {}

    private LoadResult(Recorder recorder, Asked asked, Duration taken, Duration serverCpu) {
        this.asked = asked;
        this.nanos = new Histogram(MOST_NANOS, DIGITS);
        recorder.nanos.forEach((kind, histogram) -> {
            if (histogram.getTotalCount() > 0) {
                ofKind.put(kind, histogram.copy());
                nanos.add(histogram);
            }
        });
        this.perSecond = new long[recorder.seconds.length()];
        for (int second = 0; second < perSecond.length; second++) {
            perSecond[second] = recorder.seconds.get(second);
        }
        this.errors = recorder.errors.sum();
        this.firstError = recorder.firstError.get();
        this.taken = taken;
        this.serverCpu = serverCpu;
    }

    public Asked asked() {
        return asked;
    }

    /** Operations that succeeded. */
    public long operations() {
        return nanos.getTotalCount();
    }

    public long errors() {
        return errors;
    }

    public double operationsPerSecond() {
        return operations() * 1e9 / taken.toNanos();
    }

    /** What the server's processors spent on an operation, its compilers and collectors included. */
    public double serverMicros() {
        return serverCpu.toNanos() / 1e3 / operations();
    }

    public double millis(double percentile) {
        return nanos.getValueAtPercentile(percentile) / 1e6;
    }

    /** The kinds of operation of which at least one succeeded. */
    public Set<Workload> kinds() {
        return Collections.unmodifiableSet(ofKind.keySet());
    }

    /** Of one of {@link #kinds}. */
    public double millis(Workload kind, double percentile) {
        return ofKind.get(kind).getValueAtPercentile(percentile) / 1e6;
    }

    /** Operations that ended in each second of the run. */
    long[] perSecond() {
        return perSecond.clone();
    }

    /** The whole result, for programs. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("workload", asked.workload().name().toLowerCase(Locale.ROOT));
        json.addProperty("loop", asked.perSecond() > 0 ? "open" : "closed");
        if (asked.perSecond() > 0) {
            json.addProperty("asked_per_second", asked.perSecond());
        }
        json.addProperty("owners", asked.owners());
        json.addProperty("seconds", taken.toMillis() / 1e3);
        json.addProperty("operations", operations());
        json.addProperty("errors", errors);
        if (firstError != null) {
            json.addProperty("first_error", firstError);
        }
        json.addProperty("operations_per_second", operationsPerSecond());
        json.addProperty("server_cpu_us_per_operation", operations() == 0 ? null : serverMicros());
        json.add("latency_ms", latency(nanos));
        if (ofKind.size() > 1) {
            JsonObject kinds = new JsonObject();
            ofKind.forEach((kind, histogram) -> kinds.add(kind.name().toLowerCase(Locale.ROOT), latency(histogram)));
            json.add("latency_ms_of", kinds);
        }
        JsonArray seconds = new JsonArray();
        for (long operations : perSecond) {
            seconds.add(operations);
        }
        json.add("operations_in_each_second", seconds);
        return json;
    }

    private static JsonObject latency(Histogram histogram) {
        JsonObject latency = new JsonObject();
        for (double percentile : PERCENTILES) {
            latency.addProperty(
                    "p" + String.valueOf(percentile).replace(".0", ""),
                    histogram.getValueAtPercentile(percentile) / 1e6);
        }
        return latency;
    }

    /** Takes down what many threads have done. */
    static final class Recorder {
        private final Map<Workload, ConcurrentHistogram> nanos = new EnumMap<>(Workload.class);
        private final LongAdder errors = new LongAdder();
        private final AtomicReference<String> firstError = new AtomicReference<>();
        private final AtomicLongArray seconds;

        Recorder(Duration duration) {
            this.seconds = new AtomicLongArray((int) Math.max(1, duration.toSeconds()));
            for (Workload kind : Workload.values()) {
                nanos.put(kind, new ConcurrentHistogram(MOST_NANOS, DIGITS));
            }
        }

        /**
         * An operation has succeeded.
         *
         * @param kind of operation, no mixture
         * @param at how long after the begin of the run
         * @param took since it was begun, or since it was due
         */
        void done(Workload kind, long at, long took) {
            nanos.get(kind).recordValue(Math.min(took, MOST_NANOS));
            int second = (int) (at / 1_000_000_000L);
            if (second < seconds.length()) {
                seconds.incrementAndGet(second);
            }
        }

        void failed(Exception failure) {
            errors.increment();
            firstError.compareAndSet(null, failure.toString());
        }

        LoadResult result(Asked asked, Duration taken, Duration serverCpu) {
            return new LoadResult(this, asked, taken, serverCpu);
        }
    }
}
