package dev.latchkey.bench;

import java.io.PrintStream;
import java.util.Locale;

/** How far something long is: done of total, how fast it goes, and how long it will still take; on one line that is written over. */
final class ProgressBar implements AutoCloseable {

    private static final int WIDTH = 30;
    private static final long BETWEEN_NANOS = 500_000_000;

    private final String what;
    private final long total;
    private final PrintStream out;
    private final long begun = System.nanoTime();
    private long done;
    private long shown;

    ProgressBar(String what, long total, PrintStream out) {
        this.what = what;
        this.total = total;
        this.out = out;
    }

    /** So many more are done; any thread may say so. */
    synchronized void add(long more) {
        done += more;
        long now = System.nanoTime();
        if (now - shown >= BETWEEN_NANOS) {
            shown = now;
            print();
        }
    }

    synchronized double seconds() {
        return (System.nanoTime() - begun) / 1e9;
    }

    /** Shows the last state and ends the line. */
    @Override
    public synchronized void close() {
        print();
        out.println();
    }

    private void print() {
        double rate = done / Math.max(seconds(), 1e-3);
        int filled = (int) (WIDTH * done / total);
        out.printf(
                Locale.ROOT,
                "\r  %s [%s%s] %,d of %,d, %,.0f/s, %s left   ",
                what,
                "#".repeat(filled),
                ".".repeat(WIDTH - filled),
                done,
                total,
                rate,
                done == 0 ? "?" : time((total - done) / rate));
        out.flush();
    }

    private static String time(double seconds) {
        long whole = Math.round(seconds);
        return String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
    }
}
