package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.store.BucketTag;
import dev.latchkey.server.store.Rate;
import dev.latchkey.server.store.Throughput;

/**
 * Buckets, each kept as the time at which it is full again, like a guess budget, but in nanoseconds since 1970: a rate may be
 * many a millisecond. A full bucket has no row.
 */
final class ThroughputTable implements Throughput {
    private static final int DROPPED_AT_ONCE = 8;
    private static final long NANOS_OF_A_MILLISECOND = 1_000_000;

    private final Scope scope;
    private final Chores chores;

    ThroughputTable(Scope scope, Chores chores) {
        this.scope = scope;
        this.chores = chores;
    }

    @Override
    public Take take(BucketTag bucket, Rate rate) {
        Take answer =
                takeOne(bucket, rate) ? new Take.Taken() : new Take.Refused(Rate.roundedUp(untilNext(bucket, rate)));
        int dropped = chores.ofThroughput(DROPPED_AT_ONCE);
        if (dropped > 0) {
            dropFull(dropped);
        }
        return answer;
    }

    /** Checks and takes in one statement, so that any number of calls side by side take no more than there is. */
    private boolean takeOne(BucketTag bucket, Rate rate) {
        int taken = scope.handle()
                .createUpdate("""
                        INSERT INTO transient.throughput (bucket, full_at) VALUES (:bucket, :now + :interval)
                        ON CONFLICT (bucket) DO UPDATE SET full_at = :interval
                            + CASE WHEN throughput.full_at > :now THEN throughput.full_at ELSE :now END
                        WHERE throughput.full_at + :interval <= :now + :whole
                        """)
                .bind("bucket", bucket.toByteArray())
                .bind("now", nowNanos())
                .bind("interval", rate.intervalNanos())
                .bind("whole", rate.wholeNanos())
                .execute();
        return taken == 1;
    }

    private long untilNext(BucketTag bucket, Rate rate) {
        endAtMostEmpty(bucket, rate);
        long fullAt = scope.handle()
                .createQuery("SELECT full_at FROM transient.throughput WHERE bucket = :bucket")
                .bind("bucket", bucket.toByteArray())
                .mapTo(long.class)
                .one();
        return fullAt + rate.intervalNanos() - nowNanos() - rate.wholeNanos();
    }

    /** One that is further from full than when it is empty has seen the clock set back, for which nobody waits. */
    private void endAtMostEmpty(BucketTag bucket, Rate rate) {
        scope.handle()
                .createUpdate("""
                        UPDATE transient.throughput SET full_at = :now + :whole
                        WHERE bucket = :bucket AND full_at > :now + :whole
                        """)
                .bind("bucket", bucket.toByteArray())
                .bind("now", nowNanos())
                .bind("whole", rate.wholeNanos())
                .execute();
    }

    /** Drops some of what nobody needs any more. Those who take drop more than they add, so that rows can't pile up. */
    void dropFull(int atMost) {
        scope.handle()
                .createUpdate("""
                        DELETE FROM transient.throughput WHERE full_at <= :now AND bucket IN (
                            SELECT bucket FROM transient.throughput WHERE full_at <= :now ORDER BY full_at LIMIT :most
                            <lockFree>)
                        """)
                .define("lockFree", scope.dialect().lockFree())
                .bind("now", nowNanos())
                .bind("most", atMost)
                .execute();
    }

    private long nowNanos() {
        return scope.nowMillis() * NANOS_OF_A_MILLISECOND;
    }
}
