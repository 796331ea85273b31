/**
 * Keys at rest: the root key and its file, the data keys it wraps, and the format of every value that is sealed in the
 * database (protocol §15). Knows nothing of SQL.
 */
package dev.latchkey.server.seal;
