package dev.latchkey.client;

import dev.latchkey.protocol.Descriptor;
import dev.latchkey.protocol.KeyId;
import java.time.Instant;
import java.util.Optional;

/**
 * What a list shows of a secret.
 *
 * @param keyId its identifier
 * @param descriptor its label, type, origin and time of creation, opened and verified
 * @param lastRetrieved when it was last retrieved, by the server's word
 * @param version the state it is in, which a change of it names
 */
public record SecretSummary(
        KeyId keyId, Descriptor descriptor, Optional<Instant> lastRetrieved, SecretVersion version) {}
