package dev.latchkey.cli;

import java.util.Map;
import java.util.Optional;

/**
 * All that a command sees of the world outside, so that a test can be that world.
 *
 * @param streams standard input, output and error
 * @param environment the environment variables
 * @param terminal the person's screen and keyboard
 * @param stop what ends a running server
 * @param time the time, and the waiting for some of it to pass
 */
record Surroundings(Streams streams, Map<String, String> environment, Terminal terminal, StopSignal stop, Time time) {

    /** The variable's value; an empty one counts as not set. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }
}
