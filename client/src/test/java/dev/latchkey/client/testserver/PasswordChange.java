package dev.latchkey.client.testserver;

import dev.latchkey.opaque.ServerLogin;

/** A new record on its way into an account; {@code login} is null until the record has come. */
final class PasswordChange {

    final Claimant who;
    final ServerLogin login;

    PasswordChange(Claimant who, ServerLogin login) {
        this.who = who;
        this.login = login;
    }
}
