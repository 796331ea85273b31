/** Backups of a store: taken while it works, sealed under the root key, signed by the deployment, and brought back. */
package dev.latchkey.server.backup;
