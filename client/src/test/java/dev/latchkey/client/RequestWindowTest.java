package dev.latchkey.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.protocol.ReplayWindow;
import io.grpc.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class RequestWindowTest {

    private static final Deadline LATER = Deadline.after(1, TimeUnit.MINUTES);
    private static final Deadline NOW = Deadline.after(0, TimeUnit.SECONDS);

    private final RequestWindow window = new RequestWindow();

    private long enterAndLeave() throws KeyClientException {
        long seq = window.enter(LATER);
        window.leave(seq);
        return seq;
    }

    @Test
    void first_number_is_one() throws KeyClientException {
        assertThat(window.enter(LATER)).isEqualTo(1);
    }

    @Test
    void number_that_was_left_is_not_used_again() throws KeyClientException {
        assertThat(enterAndLeave()).isEqualTo(1);
        assertThat(enterAndLeave()).isEqualTo(2);
    }

    @Nested
    final class With_as_many_under_way_as_may_be {

        private void fill() throws KeyClientException {
            for (int i = 0; i < RequestWindow.MAX_UNDER_WAY; i++) {
                window.enter(LATER);
            }
        }

        @Test
        void next_is_not_sent_after_its_deadline() throws KeyClientException {
            fill();

            assertThatThrownBy(() -> window.enter(NOW))
                    .isInstanceOfSatisfying(
                            KeyClientException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE));
        }

        @Test
        void next_goes_when_one_has_left() throws Exception {
            fill();
            ExecutorService other = Executors.newSingleThreadExecutor();
            try {
                Future<Long> next = other.submit(() -> window.enter(LATER));
                window.leave(7);

                assertThat(next.get(1, TimeUnit.MINUTES)).isEqualTo(RequestWindow.MAX_UNDER_WAY + 1);
            } finally {
                other.shutdownNow();
            }
        }

        @Test
        void interrupted_thread_stays_interrupted() throws KeyClientException {
            fill();
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> window.enter(LATER)).isInstanceOf(KeyClientException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Nested
    final class With_one_held_up {

        @Test
        void others_do_not_push_it_out_of_the_servers_window() throws KeyClientException {
            long heldUp = window.enter(LATER);
            ReplayWindow server = ReplayWindow.EMPTY;
            for (int i = 1; i < RequestWindow.SERVER_WINDOW; i++) {
                server = server.accept(enterAndLeave()).orElseThrow();
            }

            assertThatThrownBy(() -> window.enter(NOW)).isInstanceOf(KeyClientException.class);
            assertThat(server.accept(heldUp)).isPresent();
        }
    }

    @Test
    void numbers_of_many_threads_are_each_given_once() throws Exception {
        Set<Long> given = ConcurrentHashMap.newKeySet();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                all.add(threads.submit(
                        () -> assertThat(given.add(enterAndLeave())).isTrue()));
            }
            for (Future<?> one : all) {
                one.get(1, TimeUnit.MINUTES);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(given).hasSize(500).contains(1L, 500L);
    }
}
