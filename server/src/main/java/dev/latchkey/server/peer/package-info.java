/** Who is asking: the peer of a connection, or whom a trusted proxy names before TLS begins. */
package dev.latchkey.server.peer;
