package dev.latchkey.bench;

import dev.latchkey.client.AuditPage;
import dev.latchkey.client.AuditRecord;
import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.RetrievalIntent;
import dev.latchkey.client.RetrievedSecret;
import dev.latchkey.client.SecretSummary;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditOutcome;
import dev.latchkey.protocol.InvalidInputException;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Password;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Compares what accounts hold with what was acknowledged: every secret there is, every deletion, and the whole log, on devices
 * that remember where the log was.
 */
final class LoadVerification {

    private static final int LOGINS = 5;
    private static final long BETWEEN_LOGINS_MILLIS = 1000;
    private static final Set<AuditAction> CHANGES =
            Set.of(AuditAction.SECRET_STORED, AuditAction.SECRET_REPLACED, AuditAction.SECRET_DELETED);

    private final KeyClient client;
    private final Password password;
    private final PrintStream out;
    private int accounts;
    private long secrets;
    private long entries;
    private long lost;

    LoadVerification(KeyClient client, Password password, PrintStream out) {
        this.client = client;
        this.password = password;
        this.out = out;
    }

    /** Prints a line for everything that is not as it must be, its place first. */
    void compare(WrittenAccount account) {
        try (KeySession session = logIn(account)) {
            accounts++;
            Map<String, Long> found = read(session, account);
            Set<String> labels = new TreeSet<>(account.secrets().keySet());
            labels.addAll(found.keySet());
            for (String label : labels) {
                long version = found.getOrDefault(label, WrittenSecret.GONE);
                WrittenSecret expected = account.secret(label);
                if (!expected.allows(version)) {
                    missed(account, label, "is " + version + ", not " + expected);
                }
            }
            secrets += found.size();
            long changes = countChanges(session);
            if (changes < account.acknowledgedWrites()) {
                missed(
                        account,
                        "-",
                        "has " + changes + " changes in its log, and " + account.acknowledgedWrites()
                                + " were acknowledged");
            }
        } catch (KeyClientException e) {
            if (account.exists() || e.reason() != Reason.WRONG_PASSWORD) {
                missed(account, "-", "can't be read: " + e.reason() + ": " + e.getMessage());
            }
        }
    }

    /** Whether all was as it must be. */
    boolean isComplete() {
        return lost == 0;
    }

    /** What was looked at. */
    String summary() {
        return accounts + " accounts, " + secrets + " secrets and " + entries + " entries of logs were read back";
    }

    void missed(String line) {
        lost++;
        out.println(line);
    }

    private void missed(WrittenAccount account, String label, String what) {
        missed(account.name() + "/" + label + " " + what);
    }

    /** A server may still be on its way back. */
    private KeySession logIn(WrittenAccount account) throws KeyClientException {
        for (int login = 1; ; login++) {
            try {
                return client.logIn(AccountName.of(account.name()), password);
            } catch (KeyClientException e) {
                boolean passing = Set.of(Reason.UNREACHABLE, Reason.THROTTLED, Reason.SESSION_ENDED)
                        .contains(e.reason());
                if (!passing || login == LOGINS) {
                    throw e;
                }
                pause();
            } catch (InvalidInputException e) {
                throw new IllegalStateException("the journal has valid names", e);
            }
        }
    }

    private static Map<String, Long> read(KeySession session, WrittenAccount account) throws KeyClientException {
        List<KeyId> keyIds =
                session.listAll().stream().map(SecretSummary::keyId).toList();
        Map<String, Long> found = new HashMap<>();
        for (int from = 0; from < keyIds.size(); from += KeySession.MAX_AT_ONCE) {
            int to = Math.min(keyIds.size(), from + KeySession.MAX_AT_ONCE);
            for (RetrievedSecret secret : session.retrieve(keyIds.subList(from, to), RetrievalIntent.LOCAL_USE)) {
                try (secret) {
                    String label = secret.descriptor().label().value();
                    found.put(label, account.versionOf(label, secret.secret()));
                }
            }
        }
        return found;
    }

    private long countChanges(KeySession session) throws KeyClientException {
        long changes = 0;
        OptionalLong before = OptionalLong.of(Long.MAX_VALUE);
        while (before.isPresent()) {
            AuditPage page = session.audit(before.getAsLong(), KeySession.MAX_AUDIT_PAGE);
            entries += page.records().size();
            changes +=
                    page.records().stream().filter(LoadVerification::isChange).count();
            before = page.next();
        }
        return changes;
    }

    private static boolean isChange(AuditRecord entry) {
        return entry.action().filter(CHANGES::contains).isPresent()
                && entry.outcome()
                        .filter(outcome -> outcome == AuditOutcome.DONE)
                        .isPresent();
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(BETWEEN_LOGINS_MILLIS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a comparison", e);
        }
    }
}
