package dev.latchkey.client;

/**
 * A password that was changed.
 *
 * @param head where the account's log stands with the entry of the change
 */
public record PasswordChange(AuditHead head) {}
