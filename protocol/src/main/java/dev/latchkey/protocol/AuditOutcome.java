package dev.latchkey.protocol;

import java.util.Arrays;
import java.util.Optional;

/** How what an entry of the audit chain reports ended (§7). The codes are never reused. */
public enum AuditOutcome {
    /** 1: it was done. */
    DONE(1),
    /** 2: a login without a KE3; what a wrong password looks like, as the client sees it first. */
    NOT_FINISHED(2),
    /** 3: a login whose KE3 did not verify. */
    REFUSED(3),
    /** 4: more failed attempts than are kept; {@code object} is their number as {@code I2OSP(count, 32)}. */
    EARLIER_FAILURES_DROPPED(4);

    private final int code;

    AuditOutcome(int code) {
        this.code = code;
    }

    /** The number in an entry. */
    public int code() {
        return code;
    }

    /** The outcome with this number, or nothing when this version does not know it. */
    public static Optional<AuditOutcome> ofCode(int code) {
        return Arrays.stream(values()).filter(outcome -> outcome.code == code).findAny();
    }
}
