/** What an operator sees of a running server: whether it is ready, and what it counts. Names nobody. */
package dev.latchkey.server.ops;
