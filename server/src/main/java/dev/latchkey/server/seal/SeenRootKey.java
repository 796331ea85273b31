package dev.latchkey.server.seal;

import dev.latchkey.server.seal.RootKeyException.Reason;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * A root key that somebody else has seen where it is kept. What is there must be the same one: two processes need not see the
 * same file under one name, and what only one of them sees may be gone with it.
 */
public final class SeenRootKey implements RootKeySource {
    private final RootKeySource source;
    private final String fingerprint;

    /** @param fingerprint in hexadecimal digits, of the one that was seen */
    public SeenRootKey(RootKeySource source, String fingerprint) {
        this.source = source;
        this.fingerprint = fingerprint;
    }

    @Override
    public KeyWrapper open(SecureRandom random) throws RootKeyException {
        KeyWrapper key = there(random);
        if (!HexFormat.of().formatHex(key.fingerprint()).equals(fingerprint)) {
            key.close();
            throw new RootKeyException(Reason.NOT_SEEN, source, null);
        }
        return key;
    }

    private KeyWrapper there(SecureRandom random) throws RootKeyException {
        try {
            return source.open(random);
        } catch (RootKeyException e) {
            throw e.reason() == Reason.MISSING ? new RootKeyException(Reason.NOT_SEEN, source, e) : e;
        }
    }

    @Override
    public String describe() {
        return source.describe();
    }
}
