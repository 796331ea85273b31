package dev.latchkey.cli;

import dev.latchkey.client.AuditRecord;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.KeyId;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which entries of a log are wanted. All were verified before they come here: what is left out is left out on this device.
 *
 * @param kinds none for all
 * @param key whose entries; empty for all
 * @param since the first moment that counts
 * @param until the first moment that counts no more
 */
record AuditFilter(Set<AuditAction> kinds, Optional<KeyId> key, Instant since, Instant until) {

    boolean takes(AuditRecord entry) {
        return (kinds.isEmpty() || entry.action().filter(kinds::contains).isPresent())
                && (key.isEmpty() || key.equals(entry.keyId()))
                && !entry.time().isBefore(since)
                && entry.time().isBefore(until);
    }

    /** Whether nothing is left out. */
    boolean takesAll() {
        return kinds.isEmpty() && key.isEmpty() && since.equals(Instant.MIN) && until.equals(Instant.MAX);
    }

    /** The action's name as it is typed and printed. */
    static String name(AuditAction action) {
        return action.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
