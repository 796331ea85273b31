package dev.latchkey.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which server and account are meant. */
final class ConnectionOptions {

    @Option(
            names = "--server",
            paramLabel = "HOST:PORT",
            description = "The key server. Otherwise LATCHKEY_SERVER, or the server of the last register.")
    private String server;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description =
                    "The certificate authority (PEM) that vouches for the server. Otherwise LATCHKEY_CA, or the one"
                            + " of the last register, or those of the system.")
    private Path ca;

    @Option(
            names = "--account",
            paramLabel = "NAME",
            description = "The account. Otherwise LATCHKEY_ACCOUNT, or the one of the last register.")
    private String account;

    /** As given; {@code null} if not. */
    String server() {
        return server;
    }

    /** As given; {@code null} if not. */
    Path ca() {
        return ca;
    }

    /** As given; {@code null} if not. */
    String account() {
        return account;
    }
}
