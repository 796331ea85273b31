package dev.latchkey.server.store.jdbc;

import dev.latchkey.protocol.SessionId;
import dev.latchkey.server.store.BudgetTag;
import dev.latchkey.server.store.GuessLedger;
import dev.latchkey.server.store.GuessLimits;
import dev.latchkey.server.store.NameTag;
import java.time.Duration;
import java.util.Optional;

/**
 * Budgets, each kept as the time at which it is full again: a unit taken moves that time one interval on, and a budget
 * is empty when the time lies more than the whole capacity ahead. A full budget has no row.
 */
final class GuessLedgerTable implements GuessLedger {
    private static final int PURGED_AT_ONCE = 8;

    private final Scope scope;
    private final FailedAttemptsTable attempts;
    private final GuessLimits limits;
    private final Chores chores;

    GuessLedgerTable(Scope scope, FailedAttemptsTable attempts, GuessLimits limits, Chores chores) {
        this.chores = chores;
        this.scope = scope;
        this.attempts = attempts;
        this.limits = limits;
    }

    @Override
    public Take take(NameTag name, BudgetTag budget, SessionId handshake) {
        boolean taken = takeUnit(budget);
        if (taken) {
            hold(BudgetTag.of(name));
            attempts.add(name, handshake, limits.keptFailures());
        }
        Take answer = taken ? new Take.Taken() : new Take.Refused(untilNextUnit(budget));
        int purged = chores.ofLedger(PURGED_AT_ONCE);
        if (purged > 0) {
            purge(purged);
        }
        return answer;
    }

    @Override
    public void giveBack(NameTag name, BudgetTag budget, SessionId handshake) {
        hold(budget);
        hold(BudgetTag.of(name));
        if (!attempts.forget(name, handshake)) {
            return;
        }
        scope.handle()
                .createUpdate("UPDATE guess_ledger SET full_at = full_at - :interval WHERE name_tag = :name")
                .bind("interval", interval())
                .bind("name", budget.toByteArray())
                .execute();
        scope.handle()
                .createUpdate("DELETE FROM guess_ledger WHERE name_tag = :name AND full_at <= :now")
                .bind("name", budget.toByteArray())
                .bind("now", scope.nowMillis())
                .execute();
    }

    @Override
    public void markRefused(NameTag name, SessionId handshake) {
        attempts.markRefused(name, handshake);
    }

    @Override
    public Failures collectFailures(NameTag name, Duration handshakeLifetime) {
        hold(BudgetTag.of(name));
        return attempts.collect(name, handshakeLifetime);
    }

    @Override
    public int attempts(NameTag name) {
        return attempts.count(name);
    }

    @Override
    public Budget budget(BudgetTag budget) {
        return budgetFullAt(scope.handle()
                .createQuery("SELECT full_at FROM guess_ledger WHERE name_tag = :name")
                .bind("name", budget.toByteArray())
                .mapTo(long.class)
                .findOne());
    }

    @Override
    public Budget refill(BudgetTag budget) {
        return budgetFullAt(scope.handle()
                .createQuery("DELETE FROM guess_ledger WHERE name_tag = :name RETURNING full_at")
                .bind("name", budget.toByteArray())
                .mapTo(long.class)
                .findOne());
    }

    private Budget budgetFullAt(Optional<Long> fullAt) {
        long missing = fullAt.orElse(0L) - scope.nowMillis();
        if (missing <= 0) {
            return new Budget(limits.capacity(), limits.capacity(), Duration.ZERO);
        }
        // Fewer than none where the limits were wider once.
        long left = Math.max(0, Math.floorDiv(whole() - missing, interval()));
        return new Budget(
                (int) left, limits.capacity(), Duration.ofMillis(missing + (left + 1) * interval() - whole()));
    }

    /** Checks and takes in one statement, so that any number of attempts side by side take no more than there is. */
    private boolean takeUnit(BudgetTag budget) {
        int taken = scope.handle()
                .createUpdate("""
                        INSERT INTO guess_ledger (name_tag, full_at) VALUES (:name, :now + :interval)
                        ON CONFLICT (name_tag) DO UPDATE SET full_at = :interval
                            + CASE WHEN guess_ledger.full_at > :now THEN guess_ledger.full_at ELSE :now END
                        WHERE guess_ledger.full_at + :interval <= :now + :whole
                        """)
                .bind("name", budget.toByteArray())
                .bind("now", scope.nowMillis())
                .bind("interval", interval())
                .bind("whole", whole())
                .execute();
        return taken == 1;
    }

    /**
     * A device's budget first, then the name's, then its attempts: everybody goes the same way, so that nobody waits in a
     * circle.
     */
    private void hold(BudgetTag budget) {
        if (!scope.dialect().lock().isEmpty()) {
            scope.handle()
                    .createQuery("SELECT full_at FROM guess_ledger WHERE name_tag = :name <lock>")
                    .define("lock", scope.dialect().lock())
                    .bind("name", budget.toByteArray())
                    .mapTo(long.class)
                    .findOne();
        }
    }

    private Duration untilNextUnit(BudgetTag budget) {
        endAtMostEmpty(budget);
        long fullAt = scope.handle()
                .createQuery("SELECT full_at FROM guess_ledger WHERE name_tag = :name")
                .bind("name", budget.toByteArray())
                .mapTo(long.class)
                .one();
        return Duration.ofMillis(fullAt + interval() - scope.nowMillis() - whole());
    }

    /**
     * A budget is never further from full than when it is empty. Where it is, the clock was set back since, and its owner
     * does not wait for that: the next unit is one interval away at most, and none was won.
     */
    private void endAtMostEmpty(BudgetTag budget) {
        scope.handle()
                .createUpdate("""
                        UPDATE guess_ledger SET full_at = :now + :whole
                        WHERE name_tag = :name AND full_at > :now + :whole
                        """)
                .bind("name", budget.toByteArray())
                .bind("now", scope.nowMillis())
                .bind("whole", whole())
                .execute();
    }

    /** Drops some of what nobody needs any more. Logins drop more than they add, so that rows can't pile up. */
    void purge(int atMost) {
        scope.handle()
                .createUpdate("""
                        DELETE FROM guess_ledger WHERE full_at <= :now AND name_tag IN (
                            SELECT name_tag FROM guess_ledger WHERE full_at <= :now ORDER BY full_at LIMIT :most
                            <lockFree>)
                        """)
                .define("lockFree", scope.dialect().lockFree())
                .bind("now", scope.nowMillis())
                .bind("most", atMost)
                .execute();
        attempts.purge(atMost);
    }

    private long interval() {
        return limits.interval().toMillis();
    }

    private long whole() {
        return limits.capacity() * interval();
    }
}
