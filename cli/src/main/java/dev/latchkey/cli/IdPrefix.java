package dev.latchkey.cli;

import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** An identifier as a person gives it: its first hexadecimal digits, as many as it takes to mean one thing. */
final class IdPrefix {

    /** As many as a list shows. */
    private static final int SHOWN_DIGITS = 8;

    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{4,32}");

    private final String digits;

    private IdPrefix(String digits) {
        this.digits = digits;
    }

    /** Of an argument of the command. */
    static IdPrefix of(String typed, CommandSpec command) {
        String digits = typed.toLowerCase(Locale.ROOT);
        if (!DIGITS.matcher(digits).matches()) {
            throw new ParameterException(
                    command.commandLine(), "An id is given by its first digits, 4 to 32 of 0-9 and a-f.");
        }
        return new IdPrefix(digits);
    }

    /** What a list shows of an identifier. */
    static String shown(byte[] id) {
        return HexFormat.of().formatHex(id).substring(0, SHOWN_DIGITS);
    }

    /**
     * The one that is meant.
     *
     * @param what what they are, in the singular
     * @param list the command that lists them
     * @throws CommandFailure {@code NOT_FOUND} if there is none, {@code INVALID_INPUT} if there are several
     */
    <T> T findIn(List<T> all, Function<T, byte[]> id, String what, String list) throws CommandFailure {
        List<T> meant = all.stream()
                .filter(one -> HexFormat.of().formatHex(id.apply(one)).startsWith(digits))
                .toList();
        if (meant.isEmpty()) {
            throw notFound(what, list);
        }
        if (meant.size() > 1) {
            throw new CommandFailure(
                    FailureCode.INVALID_INPUT,
                    "More than one " + what + " has an id that begins with " + digits + ".",
                    CommandFailure.NOTHING_CHANGED,
                    "Give more of its digits; " + list + " --json shows all of them.");
        }
        return meant.get(0);
    }

    static CommandFailure notFound(String what, String list) {
        return new CommandFailure(
                FailureCode.NOT_FOUND,
                "There is no such " + what + ".",
                CommandFailure.NOTHING_CHANGED,
                list + " shows which there are.");
    }

    /** Options between a command and its subcommand would be the command's, and be lost without a word. */
    static void requireNoOptionsBefore(CommandSpec subcommand) {
        CommandSpec command = subcommand.parent();
        boolean any = command.options().stream()
                .filter(option -> !option.inherited())
                .map(OptionSpec::longestName)
                .anyMatch(command.commandLine().getParseResult()::hasMatchedOption);
        if (any) {
            throw new ParameterException(
                    subcommand.commandLine(), "Options go behind \"" + subcommand.name() + "\", not before it.");
        }
    }

    @Override
    public String toString() {
        return digits;
    }
}
