package dev.latchkey.client;

/**
 * What a device remembers of an account.
 *
 * @param server what the server is recognised by
 * @param log how far its log was verified
 */
record Remembered(ServerIdentity server, LogImage log) {}
