package dev.latchkey.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.latchkey.protocol.wire.StartLoginRequest;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.StoreUnavailableException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

final class FailureLogTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - MINUTE / 2);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Logger log = (Logger) LoggerFactory.getLogger(FailureLog.class);
    private final FailureLog failures = new FailureLog(nanos::get);

    @BeforeEach
    void listen() {
        logged.start();
        log.addAppender(logged);
    }

    @AfterEach
    void stop() {
        log.detachAppender(logged);
    }

    private void fail(Exception failure, String request) {
        MDC.put(RequestIdInterceptor.IN_LOG, request);
        try {
            failures.failed(StartLoginRequest.getDefaultInstance(), failure);
        } finally {
            MDC.remove(RequestIdInterceptor.IN_LOG);
        }
    }

    private static StoreUnavailableException store(Reason reason) {
        return new StoreUnavailableException(reason, "accounts.record of user", null);
    }

    /** Level, text, request and whether there is a trace. */
    private List<String> said() {
        return logged.list.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
                .map(event -> event.getLevel() + " " + event.getFormattedMessage() + " "
                        + event.getMDCPropertyMap().get(RequestIdInterceptor.IN_LOG)
                        + (event.getThrowableProxy() == null ? "" : " traced"))
                .toList();
    }

    @Test
    void failure_thatComesAgain_isSaidAtOnceAndThenOnceAMinuteWithTheirNumber() {
        fail(store(Reason.DAMAGED), "1");
        fail(store(Reason.DAMAGED), "2");
        nanos.addAndGet(MINUTE - 1);
        fail(store(Reason.DAMAGED), "3");
        assertThat(said()).containsExactly("ERROR StartLoginRequest failed 1 traced");

        nanos.addAndGet(1);
        fail(store(Reason.DAMAGED), "4");
        nanos.addAndGet(MINUTE);
        fail(store(Reason.DAMAGED), "5");

        assertThat(said())
                .containsExactly(
                        "ERROR StartLoginRequest failed 1 traced",
                        "ERROR StartLoginRequest failed, like 2 more since this was last said 4 traced",
                        "ERROR StartLoginRequest failed 5 traced");
    }

    @Test
    void failure_ofAnotherReason_isSaidAtOnce() {
        for (int again = 0; again < 2; again++) {
            fail(store(Reason.DAMAGED), "1");
            fail(store(Reason.FAILED), "2");
            fail(store(Reason.COMMIT_UNKNOWN), "3");
            fail(store(Reason.CLOSED), "4");
            fail(store(Reason.BUSY), "5");
            fail(new IllegalStateException(), "6");
            fail(new ArithmeticException(), "7");
        }

        assertThat(said())
                .containsExactly(
                        "ERROR StartLoginRequest failed 1 traced",
                        "WARN StartLoginRequest was not served: the store says FAILED 2",
                        "WARN StartLoginRequest was not served: the store says COMMIT_UNKNOWN 3",
                        "WARN StartLoginRequest was not served: the store says CLOSED 4",
                        "ERROR StartLoginRequest failed 6 traced",
                        "ERROR StartLoginRequest failed 7 traced");
    }
}
