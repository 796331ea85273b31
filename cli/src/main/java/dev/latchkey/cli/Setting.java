package dev.latchkey.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * One setting of a server as given.
 *
 * @param text the value
 * @param place where it stands, for a person
 * @param folder where a relative path starts
 */
record Setting(String text, String place, Path folder) {

    /**
     * The value as a whole number from 1 on.
     *
     * @param key whose value it is
     * @param most the highest
     */
    int number(ConfigKey key, int most) throws CommandFailure {
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw notANumber(key, most).because(e);
        }
        throw notANumber(key, most);
    }

    private CommandFailure notANumber(ConfigKey key, int most) {
        return ServerConfigReader.invalid(
                place + ": " + key.path() + " must be a whole number from 1 to " + most + ", not \"" + text + "\".");
    }

    /** The value as the name of a file. */
    Path path() throws CommandFailure {
        return path(text);
    }

    /** The name of a file that stands in the value. */
    Path path(String name) throws CommandFailure {
        try {
            return folder.resolve(name).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw ServerConfigReader.invalid(place + ": \"" + name + "\" is not the name of a file.")
                    .because(e);
        }
    }
}
