/**
 * What the key server remembers. Handlers see the interfaces; how bytes are sealed at rest and which database holds
 * them stays behind them.
 */
package dev.latchkey.server.store;
