package dev.latchkey.client;

import dev.latchkey.client.KeyClientException.Reason;
import java.util.Optional;

/**
 * Writes down, during a session, how far the account's log was verified.
 *
 * <p>Never writes something older over something newer: what another process has written meanwhile is held against this
 * session's log, and the newer of the two stays. What the log has forgotten is proven to lie on it by what the server gives
 * to read. Safe for use by several threads.
 */
final class SessionMemory implements AutoCloseable {

    private final MemoryFile file;
    private final ServerIdentity server;
    private final VerifiedLog log;
    private final History history;
    private final boolean overwrite;
    /** From the last entry known to be written on, the log keeps its heads, to compare what others write. */
    private VerifiedLog.Mark written;

    private AuditReader proof;
    /** What another process has written, the log has forgotten, and is not proven. */
    private AuditHead forgotten;

    private AuditHead proven;

    /**
     * Begins where {@code log} stands, before anything is added to it.
     *
     * @param overwrite whether what is written first goes over whatever is there
     */
    SessionMemory(MemoryFile file, ServerIdentity server, VerifiedLog log, History history, boolean overwrite) {
        this.file = file;
        this.server = server;
        this.log = log;
        this.history = history;
        this.overwrite = overwrite;
        this.written = history == History.EXTENDS_WHAT_WAS_SEEN ? log.mark() : null;
    }

    /** Of a session of which nothing is remembered. */
    static SessionMemory none() {
        return new SessionMemory(null, null, null, History.FIRST_SEEN, false);
    }

    History history() {
        return history;
    }

    /** From now on {@code reader} tells what the log has forgotten. */
    synchronized void proveBy(AuditReader reader) {
        proof = reader;
    }

    /** Whether anything is written. */
    boolean isKept() {
        return file != null;
    }

    /** Writes what has been verified; nothing if that was done. */
    synchronized void remember() throws KeyClientException {
        if (file == null || (written != null && log.tip().n() == written.head().n())) {
            return;
        }
        if (!log.isSound()) {
            // What leads to no head that the server stood by would speak against an honest server later.
            return;
        }
        VerifiedLog.Mark mark = log.mark();
        try {
            if (written == null && overwrite) {
                file.overwrite(ours());
            } else {
                update();
            }
        } catch (KeyClientException | RuntimeException e) {
            mark.close();
            throw e;
        }
        if (forgotten != null) {
            // Yet another process was quicker; what that wrote is looked at the next time.
            mark.close();
            return;
        }
        if (written != null) {
            written.close();
        }
        written = mark;
    }

    private void update() throws KeyClientException {
        forgotten = null;
        file.update(this::next);
        if (forgotten != null && proof != null) {
            // While nothing is locked: the server may take its time.
            AuditHead at;
            try {
                at = proof.headAt(forgotten.n());
            } catch (KeyClientException e) {
                if (e.reason() == Reason.INTEGRITY || e.reason() == Reason.ROLLED_BACK) {
                    throw e;
                }
                // What was asked for is done all the same.
                return;
            }
            if (!forgotten.equals(at)) {
                throw fork(null);
            }
            proven = forgotten;
            forgotten = null;
            file.update(this::next);
        }
    }

    private Remembered ours() throws KeyClientException {
        return new Remembered(server, log.image());
    }

    private Optional<Remembered> next(Optional<Remembered> there) throws KeyClientException {
        Remembered ours = ours();
        if (written == null) {
            // Another process that saw the account for the first time as well may have been quicker.
            return there.isEmpty() ? Optional.of(ours) : Optional.empty();
        }
        if (there.isEmpty()) {
            // Somebody deleted the account, or wanted it forgotten.
            return Optional.empty();
        }
        AuditHead head = there.get().log().head();
        if (!there.get().server().equals(server)
                || !there.get().log().userId().equals(ours.log().userId())
                || head.n() < written.head().n()) {
            // Somebody accepted another state of the server than this session began with.
            return Optional.empty();
        }
        if (log.hasForgotten(head.n())) {
            if (!head.equals(proven)) {
                forgotten = head;
                return Optional.empty();
            }
            return Optional.of(ours);
        }
        try {
            log.state(head);
        } catch (KeyClientException e) {
            throw fork(e);
        }
        return head.n() < ours.log().head().n() ? Optional.of(ours) : Optional.empty();
    }

    private static KeyClientException fork(Exception cause) {
        return new KeyClientException(
                Reason.ROLLED_BACK,
                "The server shows this session another log of the account than it has shown to another one on this "
                        + "device. What was asked for may have been done. Ask the server's operator.",
                cause);
    }

    /** Forgets the account. */
    synchronized void forget() throws KeyClientException {
        if (file != null) {
            file.forget();
        }
    }

    @Override
    public synchronized void close() {
        if (file == null) {
            return;
        }
        try {
            remember();
        } catch (KeyClientException e) {
            // What was changed is written down already; what was only read is verified again next time.
        }
    }
}
