package dev.latchkey.client;

import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.wire.SessionKind;

/**
 * Logins that outlive a node: one that an outage cut off is begun anew, {@link Restarts#TIMES} times in all.
 *
 * <p>Each begins with a fresh KE1, so none tells a server more than a login of its own would. The price is the owner's: every
 * KE1 that arrived is a counted guess until its unit returns by time, and stands in the log as a login that was not
 * finished. The password is stretched once for every KE2 that came, not for one that did not.
 */
final class Logins {

    private final LoginFlow flow;
    private final Restarts restarts;
    private final ClientSettings settings;

    Logins(Transport transport, ClientSettings settings) {
        this.flow = new LoginFlow(transport, settings);
        this.restarts = new Restarts(transport);
        this.settings = settings;
    }

    /** Logs in, going by what this device remembers of the account. */
    LoggedIn logIn(SessionKind kind, AccountName name, Password password) throws KeyClientException {
        return logIn(kind, name, password, settings.memories().of(name));
    }

    LoggedIn logIn(SessionKind kind, AccountName name, Password password, Recollection memory)
            throws KeyClientException {
        return restarts.of(() -> flow.logIn(kind, name, password, memory));
    }
}
