package dev.latchkey.server.store;

/**
 * What a table holds, for comparing two.
 *
 * @param table its name
 * @param rows how many
 * @param sha256 of its name, columns and rows, in hexadecimal digits
 */
public record TableDigest(String table, long rows, String sha256) {}
