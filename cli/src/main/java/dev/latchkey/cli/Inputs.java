package dev.latchkey.cli;

import dev.latchkey.client.ServerAddress;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.DeviceName;
import dev.latchkey.protocol.InvalidInputException;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.Password;

/** What a person typed, made into what the protocol takes, or refused with a sentence. */
final class Inputs {

    /** What Java makes of an argument's bytes that the locale has no characters for. */
    private static final char REPLACEMENT = '\ufffd';

    private Inputs() {}

    static AccountName accountName(String text) throws CommandFailure {
        requireWhole(text, "The account name");
        try {
            return AccountName.of(text);
        } catch (InvalidInputException e) {
            throw refused(e, "An account name has 1 to 254 bytes, without white space or invisible characters.");
        }
    }

    static Label label(String text) throws CommandFailure {
        requireWhole(text, "The label");
        try {
            return Label.of(text);
        } catch (InvalidInputException e) {
            throw refused(e, "A label has 1 to 255 bytes, without control characters.");
        }
    }

    /**
     * The caller closes the result.
     *
     * @param typed still the caller's to wipe
     */
    static Password password(char[] typed) throws CommandFailure {
        try {
            return Password.of(typed);
        } catch (InvalidInputException e) {
            throw refused(e, "A password has 1 to 1,024 bytes, without control characters.");
        }
    }

    static DeviceName deviceName(String text) throws CommandFailure {
        requireWhole(text, "The name of this device");
        try {
            return DeviceName.of(text);
        } catch (InvalidInputException e) {
            throw refused(e, "A device's name (LATCHKEY_DEVICE) has 1 to 64 characters, without control characters.");
        }
    }

    static ServerAddress server(String text) throws CommandFailure {
        try {
            return ServerAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                            FailureCode.INVALID_INPUT,
                            "\"" + text + "\" is not the address of a server.",
                            "Nothing was sent.",
                            e.getMessage())
                    .because(e);
        }
    }

    private static void requireWhole(String text, String subject) throws CommandFailure {
        if (text.indexOf(REPLACEMENT) >= 0) {
            throw new CommandFailure(
                    FailureCode.INVALID_INPUT,
                    subject + " did not arrive whole: the locale of this shell is not UTF-8.",
                    "Nothing was sent.",
                    "Set LC_ALL=C.UTF-8 (or another UTF-8 locale) and run the command again.");
        }
    }

    private static CommandFailure refused(InvalidInputException e, String rule) {
        return new CommandFailure(FailureCode.INVALID_INPUT, e.getMessage(), "Nothing was sent.", rule).because(e);
    }
}
