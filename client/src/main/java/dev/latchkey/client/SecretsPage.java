package dev.latchkey.client;

import java.util.List;
import java.util.OptionalLong;

/**
 * One page of an account's secrets, oldest first.
 *
 * @param secrets at most as many as were asked for
 * @param next where the next page starts; empty on the last one
 * @param head where the account's audit chain stood
 */
public record SecretsPage(List<SecretSummary> secrets, OptionalLong next, AuditHead head) {

    /** Copies the list. */
    public SecretsPage {
        secrets = List.copyOf(secrets);
    }
}
