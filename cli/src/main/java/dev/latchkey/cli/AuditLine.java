package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.client.AuditRecord;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditOutcome;
import dev.latchkey.protocol.SessionId;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An entry of the log as it is printed.
 *
 * @param n its number
 * @param time when it happened, by the server's clock
 * @param action what happened: its name, or its number where a later version gave it
 * @param outcome how it ended, likewise
 * @param about which secret and session it is about
 * @param failures for how many failed logins it stands
 */
record AuditLine(long n, Instant time, String action, String outcome, About about, BigInteger failures) {

    static final List<String> FIELDS =
            List.of("n", "time", "action", "outcome", "key_id", "label", "session_id", "object");

    /**
     * What an entry is about; empty where there is none.
     *
     * @param keyId the secret's id
     * @param label what the secret is called now; also empty if it was deleted
     * @param sessionId the session's id
     * @param object which state was stored, in hexadecimal
     */
    record About(String keyId, String label, String sessionId, String object) {}

    /** @param label what the entry's secret is called now, if it is about one that is there */
    static AuditLine of(AuditRecord entry, Optional<String> label) {
        return new AuditLine(
                entry.n(),
                entry.time(),
                entry.action().map(AuditFilter::name).orElse(Integer.toString(entry.actionCode())),
                entry.outcome()
                        .map(outcome -> outcome.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .orElse(Integer.toString(entry.outcomeCode())),
                new About(
                        entry.keyId().map(Object::toString).orElse(""),
                        label.orElse(""),
                        // In full, unlike in a log of the server: here it is what entries of one session are found by.
                        entry.sessionId()
                                .map(SessionId::toByteArray)
                                .map(HexFormat.of()::formatHex)
                                .orElse(""),
                        entry.object().map(HexFormat.of()::formatHex).orElse("")),
                failures(entry));
    }

    /** One, or those that were too many to be kept one by one. */
    private static BigInteger failures(AuditRecord entry) {
        if (entry.action().filter(AuditAction.LOGIN_FAILED::equals).isEmpty()) {
            return BigInteger.ZERO;
        }
        return entry.outcome()
                .filter(AuditOutcome.EARLIER_FAILURES_DROPPED::equals)
                .flatMap(dropped -> entry.object())
                .map(count -> new BigInteger(1, count))
                .orElse(BigInteger.ONE);
    }

    /** What a table shows of what it is about: a secret with its label, or a device or session by its first digits. */
    String subject() {
        if (about.object.isEmpty() || !about.keyId.isEmpty()) {
            return (about.keyId + "  " + about.label).strip();
        }
        String id = about.object.substring(0, 8);
        if (action.equals(AuditFilter.name(AuditAction.SESSION_CLOSED_BY_OWNER))) {
            return "session " + id;
        }
        boolean device = Stream.of(AuditAction.DEVICE_ADDED, AuditAction.DEVICE_REVOKED)
                .map(AuditFilter::name)
                .anyMatch(action::equals);
        return device ? "device " + id : "";
    }

    boolean isFailedLogin() {
        return failures.signum() > 0;
    }

    /** In the order of {@link #FIELDS}; absent ones are empty. */
    List<String> fields() {
        return List.of(
                Long.toString(n),
                time.toString(),
                action,
                outcome,
                about.keyId,
                about.label,
                about.sessionId,
                about.object);
    }

    /** With {@code null} for what is absent. */
    JsonObject json() {
        List<String> values = fields();
        JsonObject object = new JsonObject();
        object.addProperty(FIELDS.get(0), n);
        for (int i = 1; i < values.size(); i++) {
            object.addProperty(FIELDS.get(i), values.get(i).isEmpty() ? null : values.get(i));
        }
        if (isFailedLogin()) {
            object.addProperty("failures", failures);
        }
        return object;
    }
}
