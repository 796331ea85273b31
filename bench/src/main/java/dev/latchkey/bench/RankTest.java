package dev.latchkey.bench;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Mann and Whitney's test: whether what is drawn from one population tends to be larger than what is drawn from another. It
 * looks at ranks alone, so that a few very long times count no more than long ones.
 *
 * @param z standard deviations from what chance makes the likeliest; positive if the first are larger
 * @param p how likely chance alone is to go so far, either way
 */
record RankTest(double z, double p) {

    static RankTest of(long[] first, long[] second) {
        int n = first.length + second.length;
        long[] all = Arrays.copyOf(first, n);
        System.arraycopy(second, 0, all, first.length, second.length);
        Integer[] order = new Integer[n];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingLong(i -> all[i]));

        double ranksOfFirst = 0;
        double ties = 0;
        for (int from = 0; from < n; ) {
            int to = from;
            while (to < n && all[order[to]] == all[order[from]]) {
                to++;
            }
            double rank = (from + 1 + to) / 2.0;
            for (int i = from; i < to; i++) {
                ranksOfFirst += order[i] < first.length ? rank : 0;
            }
            double tied = to - from;
            ties += tied * tied * tied - tied;
            from = to;
        }
        double a = first.length;
        double b = second.length;
        double u = ranksOfFirst - a * (a + 1) / 2;
        double deviation = Math.sqrt(a * b / 12 * (n + 1 - ties / ((double) n * (n - 1))));
        double z = deviation == 0 ? 0 : (u - a * b / 2) / deviation;
        return new RankTest(z, 2 * upperTail(Math.abs(z)));
    }

    /** Of the normal distribution, to seven digits (Abramowitz and Stegun, 26.2.17). */
    private static double upperTail(double z) {
        double t = 1 / (1 + 0.2316419 * z);
        double polynomial =
                t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * polynomial;
    }
}
