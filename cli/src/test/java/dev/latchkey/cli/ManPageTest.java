package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ManPageTest {

    @TempDir
    private Path folder;

    private List<String> lines;

    @BeforeEach
    void write() throws IOException {
        Path page = folder.resolve("latchkey.1");
        ManPage.main(new String[] {page.toString()});
        lines = Files.readAllLines(page);
    }

    @Test
    void page_everyCommand_hasItsSection() {
        CommandLine all = new Latchkey(new World().surroundings()).commands(new LatchkeyCommand());

        List<String> expected = new ArrayList<>();
        names(all, expected);

        assertThat(expected).contains("latchkey get", "latchkey server run");
        assertThat(lines)
                .containsAll(expected.stream()
                        .map(name -> ".SS \"" + name.replace("-", "\\-") + "\"")
                        .toList());
    }

    private static void names(CommandLine parent, List<String> names) {
        for (CommandLine command : parent.getSubcommands().values()) {
            names.add(command.getCommandSpec().qualifiedName());
            names(command, names);
        }
    }

    @Test
    void page_options_standWithWhatTheyAreFor() {
        int option = lines.indexOf(".B \\-\\-password\\-file=FILE");

        assertThat(option).isPositive();
        assertThat(lines.get(option - 1)).isEqualTo(".TP");
        assertThat(lines.get(option + 1)).isNotBlank().doesNotStartWith(".");
    }

    @Test
    void page_exitCodes_haveTheirWholeText() {
        int nine = lines.indexOf(".B 9");

        assertThat(lines.subList(nine + 2, nine + 5)).containsExactly("token refused the PIN", ".TP", ".B 130");
    }

    @Test
    void page_synopsis_breaksNoOption() {
        assertThat(lines).noneMatch(line -> line.contains("HOST: "));
        assertThat(lines).anyMatch(line -> line.startsWith(".B latchkey list") && line.contains("=HOST:PORT]"));
    }

    @Test
    void page_requests_areOnlyThoseThatThereAre() {
        Stream<String> requests = lines.stream().filter(line -> line.startsWith(".") || line.startsWith("'"));

        assertThat(requests).allMatch(line -> line.matches("\\.(TH|SH|SS|PP|TP|B)( .*)?"));
        assertThat(lines).noneMatch(line -> line.contains("%n") || line.contains("@|") || line.contains("${"));
    }
}
