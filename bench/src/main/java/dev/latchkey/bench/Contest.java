package dev.latchkey.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Several things measured in one run: in every round each of them once, in random order, so that whatever the machine does
 * meanwhile meets all of them alike. What counts is the median over the rounds.
 */
final class Contest {

    private final Map<String, Contestant> contestants = new LinkedHashMap<>();
    private final Map<String, double[]> results = new LinkedHashMap<>();

    /** Something that can be timed. */
    @FunctionalInterface
    interface Contestant {
        /** The microseconds that one operation took, as the mean of a batch. */
        double batch() throws Exception;
    }

    /** An operation that only has to be repeated. */
    @FunctionalInterface
    interface Operation {
        /** Does it once; what it gives back is looked at, so that it can't be left out. */
        Object run() throws Exception;
    }

    Contest add(String name, Contestant contestant) {
        contestants.put(name, contestant);
        return this;
    }

    /** An operation in batches of {@code size}. */
    Contest add(String name, int size, Operation operation) {
        return add(name, () -> {
            int seen = 0;
            long begun = System.nanoTime();
            for (int i = 0; i < size; i++) {
                seen += System.identityHashCode(operation.run()) & 1;
            }
            double micros = (System.nanoTime() - begun) / 1e3 / size;
            return seen < 0 ? Double.NaN : micros;
        });
    }

    /** Runs the rounds after others that do not count. */
    Contest run(int warmUp, int rounds, Bench bench) throws Exception {
        List<String> order = new ArrayList<>(contestants.keySet());
        Random random = new Random(rounds);
        order.forEach(name -> results.put(name, new double[rounds]));
        bench.say(contestants.size() + " things in turn, " + rounds + " rounds after " + warmUp + " to warm up");
        for (int round = -warmUp; round < rounds; round++) {
            Collections.shuffle(order, random);
            for (String name : order) {
                double micros = contestants.get(name).batch();
                if (round >= 0) {
                    results.get(name)[round] = micros;
                }
            }
        }
        return this;
    }

    /** The median of one of them, in µs. */
    double median(String name) {
        return Medians.of(results.get(name));
    }

    /** The median over the rounds of what {@code name} took by what {@code other} took in the same round. */
    double ratio(String name, String other) {
        double[] mine = results.get(name);
        double[] others = results.get(other);
        double[] ratios = new double[mine.length];
        Arrays.setAll(ratios, round -> mine[round] / others[round]);
        return Medians.of(ratios);
    }
}
