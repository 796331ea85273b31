package dev.latchkey.server.rpc;

import com.google.protobuf.Message;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.StoreUnavailableException.Reason;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which calls the server could not serve: each reason at once, and then once a minute at most, with how many there were
 * meanwhile. A stranger may be able to bring one about as often as they like, and must not fill the disk with it.
 */
final class FailureLog {
    private static final Logger log = LoggerFactory.getLogger(FailureLog.class);

    private static final long SAY_EVERY = Duration.ofMinutes(1).toNanos();

    private final LongSupplier nanos;

    /** By a constant of the store's, or a class of exception: there are few of either. */
    private final Map<Object, Said> said = new HashMap<>();

    /** @param nanos a clock that never goes back */
    FailureLog(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Is told by the call's own thread, whose request is named in the log. */
    void failed(Message request, Exception failure) {
        String call = request.getDescriptorForType().getName();
        if (!(failure instanceof StoreUnavailableException unavailable)) {
            fault(failure.getClass(), call, failure);
            return;
        }
        Reason reason = unavailable.reason();
        switch (reason) {
            case BUSY -> log.debug("{} had to wait too long for the store", call);
            case FAILED, COMMIT_UNKNOWN, CLOSED -> {
                long more = unsaid(reason);
                if (more >= 0) {
                    log.warn("{} was not served: the store says {}{}", call, reason, alike(more));
                }
                log.debug("{} was not served", call, failure);
            }
            case DAMAGED -> fault(reason, call, failure);
        }
    }

    private void fault(Object kind, String call, Exception failure) {
        long more = unsaid(kind);
        if (more >= 0) {
            log.error("{} failed{}", call, alike(more), failure);
        } else {
            log.debug("{} failed", call, failure);
        }
    }

    private static String alike(long more) {
        return more == 0 ? "" : ", like " + more + " more since this was last said";
    }

    /** How many of a kind were not said before this one, which is to be said now; negative if it is not. */
    private synchronized long unsaid(Object kind) {
        long now = nanos.getAsLong();
        Said last = said.get(kind);
        if (last != null && now - last.at < SAY_EVERY) {
            last.more++;
            return -1;
        }
        said.put(kind, new Said(now));
        return last == null ? 0 : last.more;
    }

    private static final class Said {
        private final long at;
        private long more;

        Said(long at) {
            this.at = at;
        }
    }
}
