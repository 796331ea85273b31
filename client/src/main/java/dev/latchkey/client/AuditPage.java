package dev.latchkey.client;

import java.util.List;
import java.util.OptionalLong;

/**
 * One page of an account's log, newest first, verified against its head.
 *
 * @param records without gaps
 * @param next the {@code before} of the page after this one; empty when this one ends with the first entry
 */
public record AuditPage(List<AuditRecord> records, OptionalLong next) {

    /** Copies the list. */
    public AuditPage {
        records = List.copyOf(records);
    }
}
