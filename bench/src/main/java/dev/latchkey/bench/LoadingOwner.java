package dev.latchkey.bench;

import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.RetrievalIntent;
import dev.latchkey.client.RetrievedSecret;
import dev.latchkey.client.SecretSummary;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.InvalidInputException;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.Origin;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.SecretType;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * One owner who stores, replaces, reads and deletes in a session for as long as it lasts, logs in again when it has ended, and
 * takes a new account now and then. One request at a time, so that it is known what each must find.
 */
final class LoadingOwner implements Runnable {

    private static final int SECRETS = 16;
    private static final long BETWEEN_CHANGES_MILLIS = 40;
    private static final long AFTER_FAILURE_MILLIS = 300;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    /** How long an owner keeps an account at least, and at most twice as long. */
    private static final Duration ACCOUNT = Duration.ofSeconds(40);

    private final String owner;
    private final KeyClient client;
    private final Password password;
    private final LoadJournal journal;
    private final BooleanSupplier ending;
    private final Random random = new Random();

    private final Map<String, SecretSummary> seen = new HashMap<>();
    private WrittenAccount account;
    private KeySession session;
    private boolean loggedInBefore;
    private int accounts;
    private long version;
    private long leaveAt;

    LoadingOwner(String owner, KeyClient client, Password password, LoadJournal journal, BooleanSupplier ending) {
        this.owner = owner;
        this.client = client;
        this.password = password;
        this.journal = journal;
        this.ending = ending;
    }

    @Override
    public void run() {
        try {
            while (!ending.getAsBoolean()) {
                try {
                    step();
                    pause(random.nextLong(2 * BETWEEN_CHANGES_MILLIS));
                } catch (KeyClientException e) {
                    recover(e);
                }
            }
            end();
        } catch (InvalidInputException e) {
            throw new IllegalStateException("names and labels are valid", e);
        }
    }

    private void step() throws KeyClientException, InvalidInputException {
        if (account == null || System.nanoTime() - leaveAt > 0) {
            register();
        } else if (session == null) {
            logIn();
        } else {
            change();
        }
    }

    private void register() throws KeyClientException, InvalidInputException {
        leave();
        String name = owner + "-" + ++accounts;
        try {
            client.register(AccountName.of(name), password);
        } catch (KeyClientException e) {
            journal.perhapsRegistered(name);
            throw e;
        }
        journal.registered(name);
        account = new WrittenAccount(name);
        leaveAt = System.nanoTime() + ACCOUNT.toNanos() + random.nextLong(ACCOUNT.toNanos());
    }

    private void logIn() throws KeyClientException, InvalidInputException {
        session = client.logIn(AccountName.of(account.name()), password);
        if (loggedInBefore) {
            journal.reopened(account.name());
        }
        loggedInBefore = true;
    }

    private void change() throws KeyClientException, InvalidInputException {
        Label label = Label.of("secret-" + random.nextInt(SECRETS));
        WrittenSecret written = account.secret(label.value());
        boolean known = seen.containsKey(label.value()) != written.allows(WrittenSecret.GONE);
        if (!known || !written.isCertain()) {
            look(label);
        }
        SecretSummary was = seen.get(label.value());
        int dice = random.nextInt(10);
        if (was == null) {
            store(label);
        } else if (dice < 2) {
            write(label, WrittenSecret.GONE, () -> {
                session.delete(was);
                return null;
            });
        } else if (dice < 4) {
            look(label);
        } else {
            replace(label, was);
        }
    }

    private void store(Label label) throws KeyClientException {
        try (SecretBytes content = account.content(label.value(), ++version)) {
            write(label, version, () -> session.store(label, content, SecretType.OPAQUE_BYTES));
        }
        look(label);
    }

    private void replace(Label label, SecretSummary was) throws KeyClientException {
        try (SecretBytes content = account.content(label.value(), ++version)) {
            seen.put(label.value(), write(label, version, () -> session.replace(was, content, Origin.IMPORTED_KEY)));
        }
    }

    /** Makes a change and notes what became of it; until it is answered both the state before and the one after may be. */
    private <T> T write(Label label, long next, Change<T> change) throws KeyClientException {
        T done;
        try {
            done = change.make();
        } catch (KeyClientException e) {
            journal.doubtful(account, label.value(), next);
            throw e;
        }
        journal.acknowledged(account, label.value(), next);
        if (next == WrittenSecret.GONE) {
            seen.remove(label.value());
        }
        return done;
    }

    private void look(Label label) throws KeyClientException {
        try (RetrievedSecret found = session.retrieve(label, RetrievalIntent.LOCAL_USE)) {
            seen.put(label.value(), found.summary());
            require(label, account.versionOf(label.value(), found.secret()));
        } catch (KeyClientException e) {
            if (e.reason() != Reason.NOT_FOUND) {
                throw e;
            }
            seen.remove(label.value());
            require(label, WrittenSecret.GONE);
        }
    }

    private void require(Label label, long found) {
        WrittenSecret expected = account.secret(label.value());
        if (!expected.allows(found)) {
            journal.lost(account.name() + "/" + label.value(), "was read as " + found + ", not as " + expected);
        }
    }

    private void recover(KeyClientException e) {
        String name = account == null ? owner : account.name();
        journal.retried(name, e.reason().name());
        switch (e.reason()) {
            // A session outlives an outage of a server, so it is tried again until it has ended.
            case UNREACHABLE, CONFLICT, LABEL_EXISTS, NOT_FOUND, NAME_TAKEN -> stay();
            case SESSION_ENDED -> {
                end();
                stay();
            }
            case THROTTLED ->
                pause(e.retryAfter()
                        .filter(wait -> wait.compareTo(LONGEST_WAIT) < 0)
                        .orElse(LONGEST_WAIT)
                        .toMillis());
            case LOCKED_OUT -> {
                journal.left(name, e.reason().name());
                leave();
            }
            default -> {
                journal.lost(name + "/-", e.reason() + ": " + e.getMessage());
                leave();
            }
        }
    }

    /** Nobody chooses an outage to take another account, and after it not all do so at once: that stretches passwords three times. */
    private void stay() {
        leaveAt = Math.max(leaveAt, System.nanoTime() + random.nextLong(ACCOUNT.toNanos()));
        pause(AFTER_FAILURE_MILLIS);
    }

    private void leave() {
        end();
        account = null;
        loggedInBefore = false;
        seen.clear();
    }

    private void end() {
        if (session != null) {
            session.close();
            session = null;
        }
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts an owner", e);
        }
    }

    @FunctionalInterface
    private interface Change<T> {
        T make() throws KeyClientException;
    }
}
