package dev.latchkey.e2e.interop;

import dev.latchkey.opaque.Identities;
import dev.latchkey.opaque.KsfParameters;
import java.nio.charset.StandardCharsets;

/**
 * What both sides agree on before they begin; the context is empty.
 *
 * @param clientIdentity or null for the public key
 * @param serverIdentity or null for the public key
 */
record Setting(String name, KsfParameters ksf, String clientIdentity, String serverIdentity, String words) {

    Identities identities() {
        return Identities.of(utf8(clientIdentity), utf8(serverIdentity));
    }

    private static byte[] utf8(String identity) {
        return identity == null ? null : identity.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return name;
    }
}
