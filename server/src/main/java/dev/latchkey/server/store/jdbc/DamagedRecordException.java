package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.seal.DamagedValueException;

/** Carries a {@link DamagedValueException} out of a transaction, whose tables' methods declare none. */
final class DamagedRecordException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean isOfKey;

    DamagedRecordException(DamagedValueException cause) {
        this(cause.getMessage(), cause, false);
    }

    /** A record that can't be what was written, found by its shape rather than its seal. */
    DamagedRecordException(String message, Throwable cause) {
        this(message, cause, false);
    }

    private DamagedRecordException(String message, Throwable cause, boolean isOfKey) {
        super(message, cause);
        this.isOfKey = isOfKey;
    }

    /** A data key that does not open. */
    static DamagedRecordException ofKey(DamagedValueException cause) {
        return new DamagedRecordException(cause.getMessage(), cause, true);
    }

    /** Whether a data key is missing or does not open: it may have been read on both sides of a change of keys. */
    boolean isForWantOfAKey() {
        return isOfKey
                || (getCause() instanceof DamagedValueException value
                        && value.reason() == DamagedValueException.Reason.UNKNOWN_KEY);
    }
}
