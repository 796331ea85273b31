package dev.latchkey.bench.load;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The pictures of runs of load: how long operations took, and how many ended in each second. */
public final class LoadPlots {

    private static final double[] PERCENTILES = {50, 75, 90, 95, 99, 99.9, 100};
    private static final List<String> LABELS = List.of("50", "75", "90", "95", "99", "99.9", "100");

    private LoadPlots() {}

    /** A line for each result. */
    public static void latency(Path file, String title, List<String> names, List<LoadResult> results)
            throws IOException {
        Plot plot = new Plot(title, new Plot.Axis("percentile of operations", LABELS), Plot.Axis.ofNumbers("time, ms"));
        double[] places = places(PERCENTILES.length);
        for (int i = 0; i < results.size(); i++) {
            LoadResult result = results.get(i);
            plot.line(
                    names.get(i),
                    places,
                    Arrays.stream(PERCENTILES).map(result::millis).toArray());
        }
        plot.writeTo(file);
    }

    /** A line for each result. */
    public static void throughput(Path file, String title, List<String> names, List<LoadResult> results)
            throws IOException {
        Plot plot = new Plot(
                title,
                Plot.Axis.ofNumbers("time since the begin, s"),
                Plot.Axis.ofNumbers("operations in each second"));
        for (int i = 0; i < results.size(); i++) {
            long[] perSecond = results.get(i).perSecond();
            plot.line(
                    names.get(i),
                    places(perSecond.length),
                    Arrays.stream(perSecond).asDoubleStream().toArray());
        }
        plot.writeTo(file);
    }

    private static double[] places(int count) {
        double[] places = new double[count];
        Arrays.setAll(places, place -> place);
        return places;
    }
}
