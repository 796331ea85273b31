package dev.latchkey.server.seal;

import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/** Where the root key of a deployment is kept. */
public interface RootKeySource {

    /**
     * Gets at the key. The caller closes the result.
     *
     * @param random for what is sealed under it
     * @throws RootKeyException if the key is not there, or not to be had; nothing is ever made in its place
     */
    KeyWrapper open(SecureRandom random) throws RootKeyException;

    /** A name for it, for an operator. */
    String describe();

    /**
     * A file that is readable by its owner alone, see {@link RootKeyFile}.
     *
     * @param file the file
     */
    record InFile(Path file) implements RootKeySource {
        @Override
        public KeyWrapper open(SecureRandom random) throws RootKeyException {
            return RootKeyFile.load(file, random);
        }

        @Override
        public String describe() {
            return "the file " + file;
        }
    }

    /**
     * An AES key that never leaves a PKCS#11 token.
     *
     * @param library the module of the token's maker
     * @param slot the number of the slot that the token is in
     * @param pinFile holds the PIN, in a file that is readable by its owner alone
     * @param label of the key
     */
    record InToken(Path library, long slot, Path pinFile, String label) implements RootKeySource {
        static final Duration DEADLINE = Duration.ofSeconds(10);

        @Override
        public KeyWrapper open(SecureRandom random) throws RootKeyException {
            return TokenRootKey.open(this, TokenProcess.ofThisProgram(DEADLINE));
        }

        @Override
        public String describe() {
            return "the key \"" + label + "\" of the token in slot " + slot + " of " + library;
        }
    }

    /**
     * A key of Vault's transit engine, or of a service that speaks its language.
     *
     * @param engine where the engine is mounted, such as {@code https://vault.example:8200/v1/transit}
     * @param key the name of the key
     * @param tokenFile holds the token that may use it, in a file that is readable by its owner alone; read for every call
     * @param authority who signed the service's certificate, as PEM; empty for the authorities that Java knows
     */
    record InVault(URI engine, String key, Path tokenFile, Optional<Path> authority) implements RootKeySource {
        static final Duration DEADLINE = Duration.ofSeconds(3);

        @Override
        public KeyWrapper open(SecureRandom random) throws RootKeyException {
            return VaultRootKey.open(this, DEADLINE);
        }

        @Override
        public String describe() {
            return "the key \"" + key + "\" at " + engine;
        }
    }
}
