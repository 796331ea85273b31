package dev.latchkey.bench;

import dev.latchkey.opaque.ristretto.Element;
import dev.latchkey.opaque.ristretto.InvalidEncodingException;
import dev.latchkey.opaque.ristretto.MultiplicationTable;
import dev.latchkey.opaque.ristretto.Scalar;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Looks for a scalar in the time that is spent on it, after the method of dudect (Reparaz, Balasch and Verbauwhede,
 * "Dude, is my code constant time?", 2017).
 *
 * <p>An operation runs on one fixed scalar and on random ones, in random order, each run timed by itself. Welch's t
 * tells how likely the two populations of times have the same mean: beyond ±4.5 they very likely do not, beyond ±10
 * they do not. The absence of a difference proves nothing; the JIT compiler, the garbage collector and other processes
 * add noise to both alike.
 */
public final class ScalarTimingExperiment {

    private static final int BATCH = 500;
    private static final int WARM_UP_BATCHES = 40;
    private static final double SUSPICIOUS = 4.5;

    /** Times above this quantile of a batch are interruptions and dropped. */
    private static final double KEPT = 0.9;

    /** Written so that no result is unused and no work left out. */
    @SuppressWarnings("UnusedVariable")
    private static volatile Object sink;

    private final SecureRandom random = new SecureRandom();
    private final int batches;

    private ScalarTimingExperiment(int batches) {
        this.batches = batches;
    }

    /** Runs every operation on every fixed scalar; the only argument, if any, is how many times 500 runs each gets. */
    public static void main(String[] arguments) throws InvalidEncodingException {
        int batches = arguments.length == 0 ? 200 : Integer.parseInt(arguments[0]);
        new ScalarTimingExperiment(batches).run(System.out);
    }

    private void run(PrintStream out) throws InvalidEncodingException {
        Element element = Element.multiplyGenerator(Scalar.random(random));
        MultiplicationTable table = element.multiplicationTable();
        Map<String, Function<Scalar, Object>> operations = new LinkedHashMap<>();
        operations.put("multiply", table::multiply);
        operations.put("multiplyGenerator", Element::multiplyGenerator);
        operations.put("invert", Scalar::invert);
        operations.put("multiplyScalars", scalar -> scalar.multiply(scalar));

        out.printf("%-18s %-12s %9s %12s %12s %8s%n", "operation", "fixed", "runs", "fixed ns", "random ns", "t");
        for (Map.Entry<String, Function<Scalar, Object>> operation : operations.entrySet()) {
            for (Map.Entry<String, byte[]> fixed : fixedScalars().entrySet()) {
                Comparison result = compare(operation.getValue(), fixed.getValue());
                out.printf(
                        "%-18s %-12s %9d %12.1f %12.1f %8.2f %s%n",
                        operation.getKey(),
                        fixed.getKey(),
                        result.fixed.count + result.random.count,
                        result.fixed.mean,
                        result.random.mean,
                        result.t(),
                        Math.abs(result.t()) > SUSPICIOUS ? "  <- a difference" : "");
            }
        }
    }

    /** Scalars whose digits are as unlike random ones as can be, and one drawn at random as the control. */
    private Map<String, byte[]> fixedScalars() {
        byte[] one = new byte[Scalar.BYTES];
        one[0] = 1;
        byte[] highest = new byte[Scalar.BYTES];
        highest[Scalar.BYTES - 1] = 0x10;
        byte[] eights = new byte[Scalar.BYTES];
        Arrays.fill(eights, (byte) 0x88);
        eights[Scalar.BYTES - 1] = 0x08;
        Map<String, byte[]> scalars = new LinkedHashMap<>();
        scalars.put("1", one);
        scalars.put("2^252", highest);
        scalars.put("888...8", eights);
        scalars.put("random", Scalar.random(random).encode());
        return scalars;
    }

    private Comparison compare(Function<Scalar, Object> operation, byte[] fixed) throws InvalidEncodingException {
        Comparison comparison = new Comparison();
        Scalar[] scalars = new Scalar[BATCH];
        boolean[] isFixed = new boolean[BATCH];
        long[] times = new long[BATCH];
        for (int batch = -WARM_UP_BATCHES; batch < batches; batch++) {
            for (int i = 0; i < BATCH; i++) {
                // Both kinds take the same way into memory: drawn, encoded, decoded.
                byte[] drawn = Scalar.random(random).encode();
                isFixed[i] = random.nextBoolean();
                scalars[i] = Scalar.decode(isFixed[i] ? fixed.clone() : drawn);
            }
            for (int i = 0; i < BATCH; i++) {
                long start = System.nanoTime();
                sink = operation.apply(scalars[i]);
                times[i] = System.nanoTime() - start;
            }
            if (batch >= 0) {
                comparison.add(times, isFixed);
            }
        }
        return comparison;
    }

    /** The times of both kinds of scalars. */
    private static final class Comparison {

        final Moments fixed = new Moments();
        final Moments random = new Moments();

        void add(long[] times, boolean[] isFixed) {
            long[] sorted = times.clone();
            Arrays.sort(sorted);
            long longest = sorted[(int) (KEPT * sorted.length)];
            for (int i = 0; i < times.length; i++) {
                if (times[i] <= longest) {
                    (isFixed[i] ? fixed : random).add((double) times[i]);
                }
            }
        }

        /** Welch's t. */
        double t() {
            double error = Math.sqrt(fixed.variance() / fixed.count + random.variance() / random.count);
            return (fixed.mean - random.mean) / error;
        }
    }

    /** Mean and variance of a stream of numbers, by Welford's method. */
    private static final class Moments {

        private long count;
        private double mean;
        private double squares;

        void add(double x) {
            count++;
            double distance = x - mean;
            mean += distance / count;
            squares += distance * (x - mean);
        }

        double variance() {
            return squares / (count - 1);
        }
    }
}
