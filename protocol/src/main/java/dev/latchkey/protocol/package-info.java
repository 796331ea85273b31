/**
 * What both sides of the Latchkey protocol share: identifiers, the words an owner types, the storage key and the secrets
 * sealed under it, the session channel, the audit chain, and the messages with the rules they must keep.
 *
 * <p>No sockets, files, clocks or SQL. {@code docs/protocol.md} is the text this package follows; sections are cited from
 * there. Hostile or damaged input ends in one of three checked exceptions: {@link
 * dev.latchkey.protocol.MalformedException} for a wrong form, {@link dev.latchkey.protocol.IntegrityException} for bytes
 * that are not what their maker sealed, {@link dev.latchkey.protocol.InvalidInputException} for what a person typed.
 */
package dev.latchkey.protocol;
