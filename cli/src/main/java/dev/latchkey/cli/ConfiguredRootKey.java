package dev.latchkey.cli;

import dev.latchkey.server.seal.KeyWrapper;
import dev.latchkey.server.seal.RootKeyException;
import dev.latchkey.server.seal.RootKeySource;
import java.security.SecureRandom;

/** The root key that a configuration names whenever it is needed: it may name another while a server runs. */
final class ConfiguredRootKey implements RootKeySource {

    private final Configuration configuration;
    private volatile RootKeySource last;

    /** What is read anew. */
    @FunctionalInterface
    interface Configuration {
        ServerConfig read() throws CommandFailure;
    }

    ConfiguredRootKey(RootKeySource now, Configuration configuration) {
        this.last = now;
        this.configuration = configuration;
    }

    @Override
    public KeyWrapper open(SecureRandom random) throws RootKeyException {
        try {
            last = configuration.read().rootKey();
        } catch (CommandFailure unreadable) {
            // Somebody is writing it: the root key is where it was, or it is looked for again.
            return last.open(random);
        }
        return last.open(random);
    }

    @Override
    public String describe() {
        return last.describe();
    }
}
