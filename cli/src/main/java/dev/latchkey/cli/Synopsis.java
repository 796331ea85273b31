package dev.latchkey.cli;

import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The line that shows how a command is typed, broken at spaces alone: picocli breaks an option at its colon too. */
final class Synopsis {

    private static final int UNBROKEN = 10_000;

    private Synopsis() {}

    /** In lines as wide as help is, for behind the heading. */
    static String of(Help help) {
        int heading = help.synopsisHeadingLength();
        int name = help.commandSpec().qualifiedName().length();
        int width = help.commandSpec().usageMessage().width();
        int indent = heading + name < width / 2 ? heading + name + 1 : heading + 2;
        StringBuilder text = new StringBuilder();
        int column = heading;
        for (String word : line(help).split(" ", -1)) {
            int length = word.replaceAll("\u001b\\[[;\\d]*m", "").length();
            if (column > indent && column + 1 + length >= width) {
                text.append(System.lineSeparator()).append(" ".repeat(indent));
                column = indent;
            } else if (!text.isEmpty()) {
                text.append(' ');
                column++;
            }
            text.append(word);
            column += length;
        }
        return text.append(System.lineSeparator()).toString();
    }

    /** In one line. */
    static String line(Help help) {
        UsageMessageSpec message = help.commandSpec().usageMessage();
        int width = message.width();
        message.width(UNBROKEN);
        try {
            return help.synopsis(0).strip().replaceAll("\\s+", " ");
        } finally {
            message.width(width);
        }
    }
}
