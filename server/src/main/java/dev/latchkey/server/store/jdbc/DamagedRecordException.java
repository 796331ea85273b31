package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.seal.DamagedValueException;

/** Carries a {@link DamagedValueException} out of a transaction, whose tables' methods declare none. */
final class DamagedRecordException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DamagedRecordException(DamagedValueException cause) {
        super(cause.getMessage(), cause);
    }

    /** A record that can't be what was written, found by its shape rather than its seal. */
    DamagedRecordException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Whether it is the data key that is missing. */
    boolean namesNoKey() {
        return getCause() instanceof DamagedValueException value
                && value.reason() == DamagedValueException.Reason.UNKNOWN_KEY;
    }
}
