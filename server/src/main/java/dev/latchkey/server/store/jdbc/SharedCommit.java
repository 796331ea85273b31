package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.seal.RootKeyUnavailableException;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.StoreUnavailableException.Reason;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/**
 * One commit for several transactions: each works behind a savepoint of its own, and all of them are told how they ended when
 * what they did, or found, is on the disk. Belongs to whoever leads the queue.
 */
final class SharedCommit {
    /** So many share one at most, so that the first need not wait long. */
    static final int MOST = 64;

    private final SqliteWriter writer;
    private final List<Part<?, ?>> parts = new ArrayList<>();
    private int added;
    private boolean open;
    private boolean failed;

    /** Runs a part in the transaction that has begun. */
    @FunctionalInterface
    interface Runner {
        void run(Part<?, ?> part, Handle handle) throws Exception;
    }

    SharedCommit(SqliteWriter writer) {
        this.writer = writer;
    }

    /** Whether another part may join. */
    boolean takesMore() {
        return !failed && added < MOST;
    }

    /**
     * Lets a part join. Each of its transactions that fails leaves no trace, and the others go on; where that can't be had, all
     * fail.
     */
    void add(Part<?, ?> part, Runner runner) {
        added++;
        parts.add(part);
        while (part.goesOn()) {
            run(part, runner);
        }
    }

    private void run(Part<?, ?> part, Runner runner) {
        boolean isFirst = !open;
        try {
            writer.begin(isFirst);
            open = true;
        } catch (SQLException | RuntimeException | Error e) {
            failAll(unavailable(Reason.FAILED, e));
            return;
        }
        boolean kept = false;
        try {
            runner.run(part, writer.handle());
            writer.keep(isFirst);
            kept = true;
        } catch (DamagedRecordException e) {
            part.fail(new StoreUnavailableException(Reason.DAMAGED, e.getMessage(), e));
        } catch (RootKeyUnavailableException e) {
            part.fail(new StoreUnavailableException(Reason.FAILED, e.getMessage(), e));
        } catch (JdbiException | SQLException e) {
            part.fail(unavailable(Reason.FAILED, e));
        } catch (Exception | Error e) {
            part.fail(e);
        }
        if (!kept) {
            undo(part, isFirst);
        }
    }

    /** Commits, and lets everybody know. */
    void end() {
        try {
            if (open) {
                writer.commit();
            }
        } catch (SQLException | RuntimeException | Error e) {
            failAll(unavailable(Reason.COMMIT_UNKNOWN, e));
        }
        parts.forEach(WriterQueue.Entry::end);
    }

    /** Something went wrong that has no place here: nobody is left waiting, and nobody knows what became of it. */
    void abandon() {
        parts.forEach(part -> part.abandon(
                new StoreUnavailableException(Reason.COMMIT_UNKNOWN, "the transaction was abandoned", null)));
    }

    private void undo(Part<?, ?> part, boolean isFirst) {
        if (isFirst) {
            writer.rollBack();
            open = false;
            // It has seen nothing that is not on the disk, and needs no commit.
            parts.remove(part);
            part.end();
        } else if (!writer.undo()) {
            failAll(new StoreUnavailableException(Reason.FAILED, "the database undid what came before", null));
        }
    }

    /** Those that have failed too: what they found may have been another's that is gone now. */
    private void failAll(StoreUnavailableException why) {
        writer.rollBack();
        open = false;
        failed = true;
        parts.forEach(part -> part.fail(why));
    }

    private static StoreUnavailableException unavailable(Reason reason, Throwable e) {
        Reason known = SqliteFailure.of(e) == SqliteFailure.BUSY ? Reason.BUSY : reason;
        return new StoreUnavailableException(known, "the database failed: " + e.getMessage(), e);
    }
}
