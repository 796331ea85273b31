/** The operator's way into a running server: a Unix socket on the same machine, and what may be asked there. */
package dev.latchkey.server.admin;
