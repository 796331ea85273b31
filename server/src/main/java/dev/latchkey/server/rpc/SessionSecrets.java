package dev.latchkey.server.rpc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.ChannelKeys;
import java.util.Optional;

/** What a session keeps in the store: its channel keys and, in a registration session, the account to be. */
final class SessionSecrets {
    private SessionSecrets() {}

    /** Copies; both stay the caller's. */
    static SecretBytes encode(ChannelKeys keys, Optional<PendingAccount> pending) {
        try (SecretBytes saved = keys.save();
                SecretBytes account = pending.map(PendingAccount::encode).orElseGet(() -> SecretBytes.allocate(0))) {
            return Fields.join(saved.exposed(), account.exposed());
        }
    }

    static ChannelKeys channelKeys(SecretBytes encoded) {
        Fields fields = Fields.split(encoded, 2);
        try (SecretBytes keys = SecretBytes.copyOf(fields.get(0))) {
            return ChannelKeys.restore(keys);
        } finally {
            fields.wipe();
        }
    }

    static Optional<PendingAccount> pending(SecretBytes encoded) {
        Fields fields = Fields.split(encoded, 2);
        try (SecretBytes account = SecretBytes.copyOf(fields.get(1))) {
            return account.length() == 0 ? Optional.empty() : Optional.of(PendingAccount.decode(account));
        } finally {
            fields.wipe();
        }
    }
}
