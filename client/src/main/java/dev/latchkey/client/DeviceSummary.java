package dev.latchkey.client;

import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.DeviceName;
import java.time.Instant;

/**
 * A device that an account knows.
 *
 * @param id its identifier
 * @param name what its owner calls it, opened and verified
 * @param added when it got its ticket, by the server's word
 * @param lastUsed when it last logged in with it, or got it, by the server's word
 * @param current whether it is the one this client runs on
 */
public record DeviceSummary(DeviceId id, DeviceName name, Instant added, Instant lastUsed, boolean current) {}
