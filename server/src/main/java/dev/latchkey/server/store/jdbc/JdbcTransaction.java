package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.seal.KeyWrapper;
import dev.latchkey.server.seal.RootKeyUnavailableException;
import dev.latchkey.server.store.Accounts;
import dev.latchkey.server.store.AuditLog;
import dev.latchkey.server.store.Backups;
import dev.latchkey.server.store.Deployment;
import dev.latchkey.server.store.Devices;
import dev.latchkey.server.store.Handshakes;
import dev.latchkey.server.store.KeyRotation;
import dev.latchkey.server.store.PasswordChanges;
import dev.latchkey.server.store.PendingRegistrations;
import dev.latchkey.server.store.Secrets;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOptions;
import dev.latchkey.server.store.Transaction;
import java.util.Optional;

/** The tables, as one transaction sees them. */
final class JdbcTransaction implements Transaction {
    private static final Cell NOTHING = Cell.of("nothing", "nothing");

    private final Scope scope;
    private final StoreOptions options;
    private final UnknownAccount unknownAccount;
    private final Chores chores;

    JdbcTransaction(Scope scope, StoreOptions options, UnknownAccount unknownAccount, Chores chores) {
        this.chores = chores;
        this.scope = scope;
        this.options = options;
        this.unknownAccount = unknownAccount;
    }

    /** Follows the clock, and drops what has expired; of the durable rows, and of the full buckets, at most so many a table. */
    void purge(int atMost) {
        new ClockTable(scope).follow();
        ledger().purge(atMost);
        waitingRegistrations().deleteExpired();
        waitingHandshakes().deleteExpired();
        waitingRegistrationHandshakes().deleteExpired();
        waitingPasswordChanges().deleteExpired();
        sessions().deleteExpired();
        throughput().dropFull(atMost);
    }

    /** Takes over data keys that other servers have made or deleted meanwhile. */
    void refreshDataKeys() {
        scope.durable().keys().refresh(scope.handle());
    }

    KeyRotationTable keyRotation() {
        return new KeyRotationTable(scope, wrapping(), options.random());
    }

    /**
     * Sees that calls can go on, and for how long.
     *
     * @return why not beyond this day, or the next renewal; empty if nothing is in the way
     * @throws RootKeyUnavailableException if they can't, for want of the root key
     */
    Optional<RootKeyUnavailableException> lookAfterKeys() {
        if (!scope.dialect().overwrites()) {
            refreshDataKeys();
        }
        // The key of the day is made if it is due.
        scope.passing().seal(NOTHING, new byte[0]);
        try {
            wrapping().require(scope.handle());
            return Optional.empty();
        } catch (RootKeyUnavailableException e) {
            return Optional.of(e);
        }
    }

    /** Whether the store is still that of this deployment; nobody else can make it another where one process owns it. */
    boolean isStillOf(Deployment deployment) {
        return scope.dialect().overwrites() || new DeploymentTable(scope.handle()).isStill(deployment, scope.durable());
    }

    /** See {@link KeyRotation#changeRootKey}. */
    boolean changeRootKey(KeyWrapper to) throws StoreOpenException {
        boolean changed = new RootKeyChange(options, to).run(scope.handle(), scope.dialect(), true);
        scope.erased();
        return changed;
    }

    private KeyWrapping wrapping() {
        return new KeyWrapping(options.rootKey(), scope.dialect());
    }

    @Override
    public long nowMillis() {
        return scope.nowMillis();
    }

    @Override
    public GuessLedgerTable ledger() {
        return new GuessLedgerTable(scope, new FailedAttemptsTable(scope), options.guessLimits(), chores);
    }

    @Override
    public ThroughputTable throughput() {
        return new ThroughputTable(scope, chores);
    }

    @Override
    public PendingRegistrations pendingRegistrations() {
        return new PendingRegistrationsTable(waitingRegistrations());
    }

    @Override
    public Handshakes handshakes() {
        return new HandshakesTable(waitingHandshakes());
    }

    @Override
    public Handshakes registrationHandshakes() {
        return new HandshakesTable(waitingRegistrationHandshakes());
    }

    @Override
    public PasswordChanges passwordChanges() {
        return new PasswordChangesTable(waitingPasswordChanges());
    }

    @Override
    public SessionsTable sessions() {
        return new SessionsTable(scope, options.maxPendingRegistrations());
    }

    @Override
    public Accounts accounts() {
        return new AccountsTable(scope, unknownAccount);
    }

    @Override
    public Devices devices() {
        return new DevicesTable(scope, unknownAccount);
    }

    @Override
    public Secrets secrets() {
        return new SecretsTable(scope, new KeyIdsTable(scope));
    }

    @Override
    public AuditLog audit() {
        return new AuditTable(scope);
    }

    @Override
    public Backups backups() {
        return new BackupsTable(scope.handle(), wrapping());
    }

    private WaitingTable waitingPasswordChanges() {
        return new WaitingTable(scope, "password_changes", options.maxPasswordChanges());
    }

    private WaitingTable waitingRegistrations() {
        return new WaitingTable(scope, "pending_registrations", options.maxPendingRegistrations());
    }

    private WaitingTable waitingHandshakes() {
        return new WaitingTable(scope, "handshakes", options.maxHandshakes());
    }

    private WaitingTable waitingRegistrationHandshakes() {
        return new WaitingTable(scope, "registration_handshakes", options.maxPendingRegistrations());
    }
}
