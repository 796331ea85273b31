package dev.latchkey.client;

import dev.latchkey.protocol.UserId;

/**
 * An account that now exists.
 *
 * @param userId the account's identifier, drawn by this client
 * @param head where its audit chain stands
 */
public record Registration(UserId userId, AuditHead head) {}
