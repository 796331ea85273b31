package dev.latchkey.client.testserver;

import dev.latchkey.protocol.AccountName;
import java.util.LinkedHashMap;
import java.util.Map;

/** All accounts of a server as they were at one moment; it can be brought back as often as one likes. */
public final class Snapshot {

    private final Map<AccountName, InMemoryAccount> accounts;

    Snapshot(Map<AccountName, InMemoryAccount> accounts) {
        this.accounts = copy(accounts);
    }

    Map<AccountName, InMemoryAccount> copies() {
        return copy(accounts);
    }

    private static Map<AccountName, InMemoryAccount> copy(Map<AccountName, InMemoryAccount> accounts) {
        Map<AccountName, InMemoryAccount> copy = new LinkedHashMap<>();
        accounts.forEach((name, account) -> copy.put(name, account.copy()));
        return copy;
    }
}
