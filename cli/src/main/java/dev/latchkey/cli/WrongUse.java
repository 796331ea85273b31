package dev.latchkey.cli;

import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with how a command was typed. */
final class WrongUse {

    private static final Set<String> PASSWORD_SOURCES = Set.of("--password-stdin", "--password-file", "--password-fd");

    private static final Set<Class<?>> NUMBERS = Set.of(int.class, Integer.class, long.class, Long.class);

    private WrongUse() {}

    static CommandFailure explain(ParameterException e) {
        return new CommandFailure(
                        FailureCode.USAGE,
                        what(e),
                        "Nothing was done.",
                        place(e) + "How it is used: "
                                + e.getCommandLine().getCommandSpec().qualifiedName() + " --help")
                .because(e);
    }

    private static String what(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            return unexpected(first(unmatched), e.getCommandLine());
        }
        return e.getCause() instanceof TypeConversionException
                ? wrongValue(e)
                : e.getMessage().replaceFirst("^Error: ", "");
    }

    /** An argument that nobody expected may be a password typed in the wrong place, and is not repeated. */
    private static String unexpected(String argument, CommandLine command) {
        if (argument.startsWith("-") && argument.length() > 1) {
            String option = option(argument);
            boolean isPassword = argument.startsWith("--pass") || argument.equals("-p");
            return isPassword && !PASSWORD_SOURCES.contains(option)
                    ? "A password is never given as an argument, where other users of this machine could read it."
                    : "There is no option " + option + " here.";
        }
        if (command.getParent() == null) {
            return "There is no command \"" + argument + "\".";
        }
        return command.getSubcommands().isEmpty()
                ? "There is an argument too many."
                : "There is no such command here; these are: "
                        + String.join(", ", command.getSubcommands().keySet()) + ".";
    }

    private static String wrongValue(ParameterException e) {
        ArgSpec argument = e.getArgSpec();
        String name = argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
        if (argument.type().isEnum()) {
            return name + " takes one of these: " + String.join(", ", argument.completionCandidates()) + ".";
        }
        return NUMBERS.contains(argument.type()) ? name + " takes a number." : e.getMessage();
    }

    /** Where an option belongs that stands before the command that has it; empty for any other mistake. */
    private static String place(ParameterException e) {
        String option = e instanceof UnmatchedArgumentException unmatched ? option(first(unmatched)) : "";
        // An option is found under its name without hyphens too, which a word that is no option may be.
        if (!option.startsWith("-")) {
            return "";
        }
        List<String> takers = e.getCommandLine().getSubcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(spec -> spec.findOption(option) != null)
                .map(CommandSpec::qualifiedName)
                .toList();
        return switch (takers.size()) {
            case 0 -> "";
            case 1 -> "It belongs behind " + takers.get(0) + ". ";
            default -> "It belongs behind the command it is for. ";
        };
    }

    private static String first(UnmatchedArgumentException e) {
        return e.getUnmatched().isEmpty() ? "" : e.getUnmatched().get(0);
    }

    private static String option(String argument) {
        return argument.replaceFirst("=.*", "");
    }
}
