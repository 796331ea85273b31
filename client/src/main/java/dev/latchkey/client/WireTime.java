package dev.latchkey.client;

import java.time.Instant;
import java.util.Optional;

/** Times on the wire: milliseconds since 1970, zero for "never". */
final class WireTime {

    private WireTime() {}

    /** Of what has a time. */
    static Instant required(long unixMs) throws KeyClientException {
        return read(unixMs).orElseThrow(Answers::unexpected);
    }

    static Optional<Instant> read(long unixMs) throws KeyClientException {
        if (unixMs < 0) {
            throw Answers.unexpected();
        }
        return unixMs == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(unixMs));
    }
}
