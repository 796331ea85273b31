package dev.latchkey.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.store.Rate;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BucketTest {
    private static final long SECOND = 1_000_000_000;

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - SECOND / 2);
    private final Bucket bucket = new Bucket(new Rate(2, 5), clock::get);

    private int takeAll() {
        int taken = 0;
        while (bucket.take() == 0) {
            taken++;
        }
        return taken;
    }

    @Test
    void take_givesItsBurstAndThenSaysWhen() {
        assertThat(takeAll()).isEqualTo(5);
        assertThat(bucket.take()).isEqualTo(SECOND / 2);
    }

    /** Also when the clock's number overflows, as it may. */
    @Test
    void take_later_hasWhatCameBack() {
        takeAll();
        clock.addAndGet(SECOND);
        assertThat(takeAll()).isEqualTo(2);
        clock.addAndGet(100 * SECOND);
        assertThat(takeAll()).isEqualTo(5);
    }

    @Test
    void giveBack_returnsOne() {
        takeAll();
        bucket.giveBack();

        assertThat(takeAll()).isEqualTo(1);
    }

    @Test
    void take_sideBySide_givesItsBurst() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            Callable<Boolean> take = () -> bucket.take() == 0;
            List<Future<Boolean>> taken = threads.invokeAll(
                    IntStream.range(0, 200).mapToObj(i -> take).toList());
            int count = 0;
            for (Future<Boolean> each : taken) {
                count += each.get() ? 1 : 0;
            }
            assertThat(count).isEqualTo(5);
        } finally {
            threads.shutdownNow();
        }
    }
}
