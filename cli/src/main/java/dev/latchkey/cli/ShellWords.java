package dev.latchkey.cli;

import java.util.List;
import org.jline.reader.EOFError;
import org.jline.reader.Parser;
import org.jline.reader.Parser.ParseContext;
import org.jline.reader.impl.DefaultParser;

/** The words of a line: apart by white space, together in quotation marks, a backslash before what is meant as it is. */
final class ShellWords {

    private ShellWords() {}

    static Parser parser() {
        return new DefaultParser().eofOnUnclosedQuote(true).eofOnEscapedNewLine(true);
    }

    /** @throws CommandFailure {@code USAGE} if a quotation is not closed */
    static List<String> of(String line) throws CommandFailure {
        try {
            return parser().parse(line, line.length(), ParseContext.ACCEPT_LINE).words().stream()
                    .filter(word -> !word.isEmpty())
                    .toList();
        } catch (EOFError e) {
            throw new CommandFailure(
                    FailureCode.USAGE,
                    "A quotation mark is not closed, or nothing follows a backslash.",
                    "Nothing was done.",
                    "Put a label with spaces between two quotation marks of one kind.");
        }
    }
}
