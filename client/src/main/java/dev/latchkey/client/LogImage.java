package dev.latchkey.client;

import dev.latchkey.client.AuditIndex.Line;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.UserId;
import java.util.List;

/**
 * A verified log at one moment, as small as it can be to go on from there.
 *
 * @param userId whose log it is
 * @param head the last entry and the hash over all of them
 * @param storageKey the object of the encrypted storage key
 * @param living what was stored, oldest first
 * @param deleted key ids that never come back, in the order of their deletion; of very many only the newest
 * @param devices those the account knows, the oldest ticket first
 */
record LogImage(
        UserId userId,
        AuditHead head,
        LoggedObject storageKey,
        List<Line> living,
        List<KeyId> deleted,
        List<LoggedObject> devices) {

    /** The most deleted key ids that are kept. */
    static final int MAX_DELETED = 50_000;

    LogImage {
        living = List.copyOf(living);
        deleted = List.copyOf(deleted);
        devices = List.copyOf(devices);
    }

    AuditIndex index() {
        return new AuditIndex(head.n(), storageKey, living, deleted, devices);
    }
}
