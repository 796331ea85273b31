package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.client.ServerAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class DestinationFinderTest {

    private final World world = new World();

    @TempDir
    private Path folder;

    private Path givenCa;
    private ClientHome home;

    @Command
    private static final class AnyCommand {
        @Mixin
        private ConnectionOptions options;
    }

    @BeforeEach
    void makeCa() throws IOException {
        givenCa = Files.writeString(folder.resolve("given.pem"), "given");
        home = new ClientHome(folder.resolve("home"));
    }

    private Destination find(String... arguments) throws CommandFailure {
        AnyCommand command = new AnyCommand();
        new CommandLine(command).parseArgs(arguments);
        return new DestinationFinder(command.options, world.surroundings(), home).ofKnownAccount();
    }

    private FailureCode failure(String... arguments) {
        return catchThrowableOfType(CommandFailure.class, () -> find(arguments)).code();
    }

    private void remember() throws IOException {
        home.remember(new Remembered("remembered:1", "mara", Optional.of(givenCa)));
    }

    @Test
    void nothingGiven_isNoAccount() {
        assertThat(failure()).isEqualTo(FailureCode.NO_ACCOUNT);
    }

    @Test
    void accountAlone_isNoServer() {
        assertThat(failure("--account", "mara")).isEqualTo(FailureCode.NO_SERVER);
    }

    @Test
    void options_goBeforeVariables() throws Exception {
        world.variable("LATCHKEY_SERVER", "variable:2")
                .variable("LATCHKEY_ACCOUNT", "nora")
                .variable("LATCHKEY_CA", "/nowhere");
        Destination found = find("--server", "option:3", "--account", "mara", "--ca", givenCa.toString());
        assertThat(found.server()).isEqualTo(new ServerAddress("option", 3));
        assertThat(found.account().value()).isEqualTo("mara");
        assertThat(found.ca()).contains(givenCa);
    }

    @Test
    void variables_goBeforeWhatWasRemembered() throws Exception {
        remember();
        world.variable("LATCHKEY_SERVER", "variable:2").variable("LATCHKEY_ACCOUNT", "nora");
        Destination found = find();
        assertThat(found.server()).isEqualTo(new ServerAddress("variable", 2));
        assertThat(found.account().value()).isEqualTo("nora");
    }

    @Test
    void emptyVariable_countsAsNotSet() throws Exception {
        remember();
        world.variable("LATCHKEY_SERVER", "").variable("LATCHKEY_ACCOUNT", "");
        assertThat(find().account().value()).isEqualTo("mara");
    }

    @Test
    void remembered_isUsedWhole() throws Exception {
        remember();
        Destination found = find();
        assertThat(found.server()).isEqualTo(new ServerAddress("remembered", 1));
        assertThat(found.account().value()).isEqualTo("mara");
        assertThat(found.ca().orElseThrow()).hasContent("given");
    }

    @Test
    void rememberedCaAndAccount_doNotCountForAnotherServer() throws Exception {
        remember();
        assertThat(find("--server", "other:1", "--account", "mara").ca()).isEmpty();
        assertThat(failure("--server", "other:1")).isEqualTo(FailureCode.NO_ACCOUNT);
    }

    @Test
    void damagedMemory_doesNotMatterWhenAllIsGiven() throws Exception {
        PrivateFiles.createFolder(home.folder());
        Files.writeString(home.folder().resolve("remembered.json"), "{");
        assertThat(find("--server", "a:1", "--account", "mara", "--ca", givenCa.toString()))
                .isNotNull();
    }

    @Test
    void missingCa_isNamedBeforeAnythingElse() {
        assertThat(failure("--server", "a:1", "--account", "mara", "--ca", "/nowhere/ca.pem"))
                .isEqualTo(FailureCode.FILE_UNREADABLE);
    }

    @Test
    void badAddressOrName_isInvalidInput() {
        assertThat(failure("--server", "a", "--account", "mara")).isEqualTo(FailureCode.INVALID_INPUT);
        assertThat(failure("--server", "a:1", "--account", "ma ra")).isEqualTo(FailureCode.INVALID_INPUT);
        assertThat(failure("--server", "a:1", "--account", "")).isEqualTo(FailureCode.INVALID_INPUT);
        assertThat(failure("--server", "a:1", "--account", "ma\ufffdra")).isEqualTo(FailureCode.INVALID_INPUT);
    }
}
