package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page {@code latchkey(1)}: what help says of every command, on one page, in the language of man(7). */
public final class ManPage {

    /** How a line begins that goes on with the one before it. */
    private static final String CONTINUED = "     ";

    private final StringBuilder page = new StringBuilder();

    private ManPage() {}

    /** Writes the page to the file that is the only argument. */
    public static void main(String[] arguments) throws IOException {
        Streams none = new Streams(
                InputStream.nullInputStream(),
                new PrintStream(OutputStream.nullOutputStream(), false, UTF_8),
                new PrintStream(OutputStream.nullOutputStream(), false, UTF_8));
        Surroundings surroundings = new Surroundings(
                none, Map.of(), new SystemTerminal("", "", true), new ProcessStopSignal(), Time.SYSTEM);
        CommandLine commands = new Latchkey(surroundings).commands(new LatchkeyCommand());
        Files.writeString(Path.of(arguments[0]), of(commands), UTF_8);
    }

    /** The page for these commands and all below them. */
    static String of(CommandLine commands) {
        ManPage page = new ManPage();
        page.write(commands);
        return page.page.toString();
    }

    private void write(CommandLine commands) {
        CommandSpec root = commands.getCommandSpec();
        line(".TH LATCHKEY 1 \"\" \"Latchkey " + VersionCommand.program() + "\" \"User commands\"");
        section("NAME");
        text("latchkey - " + asPhrase(root.usageMessage().header()[0]));
        section("SYNOPSIS");
        line(".B latchkey");
        text(Synopsis.line(commands.getHelp()).replaceFirst("^latchkey ", ""));
        section("DESCRIPTION");
        paragraphs(root.usageMessage().description());
        section("OPTIONS");
        line("They may stand before a command or behind it.");
        options(root.options());
        section("COMMANDS");
        below(commands);
        section("EXIT STATUS");
        for (String code : root.usageMessage().footer()) {
            String[] words = code.strip().split(" +", 2);
            if (code.startsWith(CONTINUED)) {
                text(code.strip());
            } else {
                tag(words[0], words[1]);
            }
        }
        section("ENVIRONMENT");
        tag(
                "LATCHKEY_SERVER, LATCHKEY_CA, LATCHKEY_ACCOUNT",
                "What --server, --ca and --account say, if they are not given.");
        tag("LATCHKEY_HOME", "Where this device remembers which server it saw and where the log stood.");
        tag("LATCHKEY_DEVICE", "By which name the account's owner knows this device; the host's name unless set.");
        tag("JAVA_HOME", "The Java that runs it, from 17 on; else the java on the PATH.");
    }

    private void below(CommandLine parent) {
        for (CommandLine command : parent.getSubcommands().values()) {
            CommandSpec spec = command.getCommandSpec();
            line(".SS " + quoted(spec.qualifiedName()));
            line(".B " + escaped(Synopsis.line(command.getHelp())));
            line(".PP");
            paragraphs(spec.usageMessage().description());
            List<ArgSpec> arguments = new ArrayList<>(spec.positionalParameters());
            // Those of every command stand at the beginning.
            spec.options().stream()
                    .filter(option -> spec.root().findOption(option.longestName()) == null)
                    .forEach(arguments::add);
            options(arguments);
            below(command);
        }
    }

    private void options(List<? extends ArgSpec> arguments) {
        for (ArgSpec argument : arguments) {
            boolean isHelp = argument instanceof OptionSpec option && option.usageHelp();
            if (!argument.hidden() && !isHelp) {
                tag(name(argument), String.join(" ", argument.description()));
            }
        }
    }

    private static String name(ArgSpec argument) {
        if (argument instanceof OptionSpec option) {
            String value = option.typeInfo().isBoolean() ? "" : "=" + option.paramLabel();
            return String.join(", ", option.names()) + value;
        }
        return ((PositionalParamSpec) argument).paramLabel();
    }

    private void section(String name) {
        line(".SH " + quoted(name));
    }

    private void tag(String tag, String text) {
        line(".TP");
        line(".B " + escaped(tag));
        text(text);
    }

    /** An empty line in help begins a paragraph. */
    private void paragraphs(String... lines) {
        boolean isBegun = false;
        for (String text : lines) {
            if (!text.isBlank()) {
                text(text);
            } else if (isBegun) {
                line(".PP");
            }
            isBegun |= !text.isBlank();
        }
    }

    private void text(String text) {
        line(escaped(text.replace("%n", " ").replace("%%", "%")));
    }

    private void line(String line) {
        page.append(line).append('\n');
    }

    private static String asPhrase(String sentence) {
        return sentence.substring(0, 1).toLowerCase(Locale.ROOT)
                + sentence.substring(1).replaceFirst("\\.$", "");
    }

    private static String quoted(String text) {
        return '"' + escaped(text) + '"';
    }

    /** A dot or an apostrophe at the beginning would be a request, a backslash an escape, a hyphen not one to copy. */
    private static String escaped(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
