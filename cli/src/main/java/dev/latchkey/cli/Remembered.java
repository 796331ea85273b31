package dev.latchkey.cli;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code register} leaves for the commands after it; the three belong together.
 *
 * @param server host and port
 * @param account the account's name
 * @param ca the CA certificate that the server's own was checked against, if it was not one of the system's
 */
record Remembered(String server, String account, Optional<Path> ca) {}
