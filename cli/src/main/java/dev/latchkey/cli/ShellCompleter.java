package dev.latchkey.cli;

import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Completes commands, their options, and labels where a command takes one that exists. */
final class ShellCompleter implements Completer {

    private static final List<String> NEW_LABELS = List.of("generate", "import");

    private final Supplier<CommandLine> commands;
    private final Supplier<List<String>> labels;

    /**
     * @param commands those of the shell
     * @param labels those in use; asked at every completion of one
     */
    ShellCompleter(Supplier<CommandLine> commands, Supplier<List<String>> labels) {
        this.commands = commands;
        this.labels = labels;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        CommandLine command = commands.get();
        int place = 0;
        for (String word : line.words().subList(0, line.wordIndex())) {
            CommandLine next = command.getSubcommands().get(word);
            if (next != null && place == 0) {
                command = next;
            } else if (!word.startsWith("-")) {
                place++;
            }
        }
        String begun = line.word();
        if (begun.startsWith("-")) {
            command.getCommandSpec().options().stream()
                    .map(OptionSpec::longestName)
                    .sorted()
                    .map(Candidate::new)
                    .forEach(candidates::add);
        } else if (!command.getSubcommands().isEmpty()) {
            command.getSubcommands().keySet().stream()
                    .sorted()
                    .map(Candidate::new)
                    .forEach(candidates::add);
        } else if (takesLabel(command, place) || "--key".equals(before(line))) {
            labels.get().stream()
                    .sorted(Comparator.naturalOrder())
                    .map(Candidate::new)
                    .forEach(candidates::add);
        }
    }

    private static boolean takesLabel(CommandLine command, int place) {
        List<PositionalParamSpec> parameters = command.getCommandSpec().positionalParameters();
        return place < parameters.size()
                && parameters.get(place).paramLabel().startsWith("LABEL")
                && !NEW_LABELS.contains(command.getCommandName());
    }

    private static String before(ParsedLine line) {
        return line.wordIndex() == 0 ? "" : line.words().get(line.wordIndex() - 1);
    }
}
