package dev.latchkey.cli;

import dev.latchkey.client.ServerAddress;
import dev.latchkey.protocol.AccountName;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The server and the account that a command is about.
 *
 * @param server where the server listens
 * @param ca the certificate authority that vouches for it; empty for those of the system
 * @param account whose account
 */
record Destination(ServerAddress server, Optional<Path> ca, AccountName account) {}
