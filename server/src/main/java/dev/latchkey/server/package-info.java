/** The key server as a whole: what it is started with, how it starts, drains and stops. */
package dev.latchkey.server;
