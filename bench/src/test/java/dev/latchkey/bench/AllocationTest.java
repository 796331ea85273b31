package dev.latchkey.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.latchkey.opaque.ClientLogin;
import dev.latchkey.opaque.ServerLogin;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/**
 * What one operation allocates, so that it does not grow unseen. A limit stands about a quarter above what was measured when
 * it was written, on the Java that allocates most; where more is needed for a reason, it is raised with that reason.
 */
class AllocationTest {

    private static final int WARM_UP = 3000;
    private static final int BATCHES = 20;
    private static final int BATCH = 50;

    private static final long REGISTRATION_BYTES = 13_000;
    private static final long KE2_BYTES = 70_000;
    private static final long SEAL_BYTES = 16_000;
    private static final long OPEN_BYTES = 17_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void registration_atTheServer_staysBelowItsLimit() throws Exception {
        try (OpaqueAccount account = new OpaqueAccount()) {
            byte[] request = account.request();
            assertThat(bytesOf(() -> account.respond(request))).isBetween(1L, REGISTRATION_BYTES);
        }
    }

    @Test
    void ke2_staysBelowItsLimit() throws Exception {
        try (OpaqueAccount account = new OpaqueAccount();
                ClientLogin login = account.start()) {
            byte[] ke1 = login.ke1().toByteArray();
            assertThat(bytesOf(() -> {
                        try (ServerLogin answer = account.answer(ke1)) {
                            return answer.ke2().toByteArray();
                        }
                    }))
                    .isBetween(1L, KE2_BYTES);
        }
    }

    @Test
    void sealingAndOpeningAMessage_staysBelowItsLimit() throws Exception {
        ChannelBenchmark channel = new ChannelBenchmark();
        channel.size = 128;
        channel.derive();
        assertThat(bytesOf(channel::seal)).isBetween(1L, SEAL_BYTES);
        assertThat(bytesOf(channel::open)).isBetween(1L, OPEN_BYTES);
    }

    /** The least over some batches: what a compiler does meanwhile only adds. */
    private static long bytesOf(Callable<?> operation) throws Exception {
        for (int i = 0; i < WARM_UP; i++) {
            operation.call();
        }
        long least = Long.MAX_VALUE;
        for (int batch = 0; batch < BATCHES; batch++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < BATCH; i++) {
                operation.call();
            }
            least = Math.min(least, (THREADS.getCurrentThreadAllocatedBytes() - before) / BATCH);
        }
        return least;
    }
}
