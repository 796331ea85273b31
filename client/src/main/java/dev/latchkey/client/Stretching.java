package dev.latchkey.client;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.protocol.IntegrityException;
import dev.latchkey.protocol.KsfPolicy;

/** The stretching a server asks for, taken only after the policy has allowed it and before any of it is done. */
final class Stretching {

    private Stretching() {}

    static KsfParameters forRegistration(dev.latchkey.protocol.wire.KsfParameters asked, KsfParameters floor)
            throws KeyClientException {
        try {
            KsfParameters parameters = read(asked);
            KsfPolicy.requireForRegistration(parameters, floor);
            return parameters;
        } catch (IntegrityException e) {
            throw refused(e);
        }
    }

    static KsfParameters forLogin(dev.latchkey.protocol.wire.KsfParameters asked) throws KeyClientException {
        try {
            KsfParameters parameters = read(asked);
            KsfPolicy.requireForLogin(parameters);
            return parameters;
        } catch (IntegrityException e) {
            throw refused(e);
        }
    }

    private static KsfParameters read(dev.latchkey.protocol.wire.KsfParameters asked) throws KeyClientException {
        try {
            return new KsfParameters(asked.getMemoryKib(), asked.getIterations(), asked.getParallelism());
        } catch (IllegalArgumentException e) {
            throw refused(e);
        }
    }

    private static KeyClientException refused(Exception cause) {
        return new KeyClientException(
                Reason.WEAK_SERVER_PARAMETERS,
                "The server asks for a password stretching that is too weak to protect the password or too costly to be "
                        + "honest. The password was not used and nothing was stored. Ask the server's operator.",
                cause);
    }
}
