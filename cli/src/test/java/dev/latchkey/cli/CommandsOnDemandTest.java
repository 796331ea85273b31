package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class CommandsOnDemandTest {

    private final World world = new World();

    static List<String> names() {
        return Latchkey.NAMES;
    }

    @ParameterizedTest
    @MethodSource("names")
    void command_isCalledWhatItSaysItself(String name) {
        CommandLine all = new Latchkey(world.surroundings()).commands(new LatchkeyCommand());

        assertThat(all.getSubcommands().get(name).getCommandName()).isEqualTo(name);
        assertThat(all.getSubcommands()).hasSameSizeAs(Latchkey.NAMES);
    }

    @ParameterizedTest
    @MethodSource("names")
    void commandMadeAlone_hasTheSameHelp(String name) {
        Latchkey latchkey = new Latchkey(world.surroundings());
        CommandLine all = latchkey.commands(new LatchkeyCommand());
        CommandLine alone = latchkey.commands(new LatchkeyCommand(), List.of(name));

        assertThat(alone.getSubcommands().get(name).getUsageMessage())
                .isEqualTo(all.getSubcommands().get(name).getUsageMessage());
    }

    @Test
    void namedCommand_isTheOnlyOneMade() {
        assertThat(Latchkey.needed("version")).containsExactly("version");
        assertThat(Latchkey.needed("--json", "--debug", "get", "list")).containsExactly("get");
    }

    @Test
    void argumentsThatNameNoCommandFirst_needAll() {
        assertThat(Latchkey.needed()).isEqualTo(Latchkey.NAMES);
        assertThat(Latchkey.needed("--help")).isEqualTo(Latchkey.NAMES);
        assertThat(Latchkey.needed("--", "get")).isEqualTo(Latchkey.NAMES);
        assertThat(Latchkey.needed("frobnicate", "get")).isEqualTo(Latchkey.NAMES);
        assertThat(Latchkey.needed("--bogus", "get")).isEqualTo(Latchkey.NAMES);
    }

    @Test
    void commandsThatShowOthers_needAll() {
        assertThat(Latchkey.needed("help", "get")).isEqualTo(Latchkey.NAMES);
        assertThat(Latchkey.needed("completion")).isEqualTo(Latchkey.NAMES);
    }
}
