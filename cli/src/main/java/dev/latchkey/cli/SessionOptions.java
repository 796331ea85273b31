package dev.latchkey.cli;

import picocli.CommandLine.Mixin;

/** What a command needs to open a session. */
final class SessionOptions {

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private PasswordOptions password;

    ConnectionOptions connection() {
        return connection;
    }

    PasswordOptions password() {
        return password;
    }
}
