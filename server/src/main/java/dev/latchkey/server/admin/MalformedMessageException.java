package dev.latchkey.server.admin;

/** A message is not one of this version's. */
final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;
}
