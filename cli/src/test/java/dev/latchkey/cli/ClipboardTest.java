package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.opaque.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisabledOnOs(OS.WINDOWS)
class ClipboardTest {

    @TempDir
    private Path folder;

    private final World world = new World();

    private static SecretBytes secret(String text) {
        return SecretBytes.copyOf(text.getBytes(UTF_8));
    }

    private CommandFailure failureOf(String text) {
        return catchThrowableOfType(CommandFailure.class, () -> {
            try (SecretBytes secret = secret(text)) {
                Clipboard.of(world.surroundings()).put(secret);
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "WAYLAND_DISPLAY, wl-copy, wl-paste",
        "DISPLAY, xclip, xclip",
        "DISPLAY, xsel, xsel",
        "ANY, pbcopy, pbpaste",
        "ANY, clip.exe, powershell.exe",
    })
    void everyProgram_isUsedWhereItWorks(String variable, String copy, String paste) throws Exception {
        FakeClipboard fake = new FakeClipboard(folder).programs(copy, paste);
        world.variable("PATH", folder.toString()).variable(variable, "here");
        try (SecretBytes secret = secret("Möwe")) {
            Clipboard clipboard = Clipboard.of(world.surroundings());
            clipboard.put(secret);
            assertThat(fake.content()).isEqualTo("Möwe");
            assertThat(clipboard.clear(secret)).isTrue();
            assertThat(fake.content()).isEmpty();
        }
    }

    @Test
    void secret_isNoArgument() throws Exception {
        FakeClipboard fake = new FakeClipboard(folder).programs("xsel", "xsel");
        world.variable("PATH", folder.toString()).variable("DISPLAY", ":0");
        try (SecretBytes secret = secret("not to be seen")) {
            Clipboard.of(world.surroundings()).put(secret);
        }
        assertThat(fake.arguments()).containsExactly("--clipboard --input", "--clipboard --output");
    }

    @Test
    void noProgramOrNoDesktop_isNoClipboard() throws Exception {
        world.variable("PATH", folder.toString()).variable("DISPLAY", ":0");
        assertThat(failureOf("x").code()).isEqualTo(FailureCode.NO_CLIPBOARD);

        new FakeClipboard(folder).programs("xclip", "xclip");
        World noDesktop = new World().variable("PATH", folder.toString());
        assertThat(catchThrowableOfType(CommandFailure.class, () -> Clipboard.of(noDesktop.surroundings()))
                        .code())
                .isEqualTo(FailureCode.NO_CLIPBOARD);
    }

    @Test
    void otherBytesBack_areAnErrorAndCleared() throws Exception {
        FakeClipboard fake =
                new FakeClipboard(folder).programs("pbcopy", "pbpaste").givesBack("something else");
        world.variable("PATH", folder.toString());
        CommandFailure failure = failureOf("a secret");
        assertThat(failure.code()).isEqualTo(FailureCode.NO_CLIPBOARD);
        assertThat(failure.what()).contains("gave back something else");
        assertThat(fake.content()).isEmpty();
    }

    @Test
    void failingProgram_isAnError() throws Exception {
        new FakeClipboard(folder).script("pbcopy", "exit 3").script("pbpaste", "exit 0");
        world.variable("PATH", folder.toString());
        assertThat(failureOf("a secret").code()).isEqualTo(FailureCode.NO_CLIPBOARD);
    }

    @Test
    void lineEndThatWindowsAdds_isTheSame() throws Exception {
        new FakeClipboard(folder).programs("clip.exe", "powershell.exe").adds("\\r\\n");
        world.variable("PATH", folder.toString());
        try (SecretBytes secret = secret("a secret")) {
            Clipboard.of(world.surroundings()).put(secret);
        }
    }

    @Test
    void whatSomebodyElseCopied_isLeftAlone() throws Exception {
        FakeClipboard fake = new FakeClipboard(folder).programs("pbcopy", "pbpaste");
        world.variable("PATH", folder.toString());
        try (SecretBytes secret = secret("a secret")) {
            ClipboardLoan loan = ClipboardLoan.begin(Clipboard.of(world.surroundings()), secret);
            fake.copy("a shopping list");
            assertThat(loan.end()).contains("something else");
            assertThat(fake.content()).isEqualTo("a shopping list");
            assertThat(loan.end()).isEmpty();
        }
    }

    @Test
    void clipboardThatCannotBeCleared_isAnError() throws IOException, CommandFailure {
        new FakeClipboard(folder).programs("pbcopy", "pbpaste").givesBack("a secret");
        world.variable("PATH", folder.toString());
        try (SecretBytes secret = secret("a secret")) {
            ClipboardLoan loan = ClipboardLoan.begin(Clipboard.of(world.surroundings()), secret);
            CommandFailure failure = catchThrowableOfType(CommandFailure.class, loan::end);
            assertThat(failure.kept()).isEqualTo("The secret may still be there.");
        }
    }

    @Test
    void bytesThatAreNoText_areRefusedAndNotCopied() throws Exception {
        FakeClipboard fake = new FakeClipboard(folder).programs("pbcopy", "pbpaste");
        world.variable("PATH", folder.toString());
        for (byte[] bytes : List.of(new byte[] {(byte) 0xff}, new byte[] {'a', 0})) {
            CommandFailure failure = catchThrowableOfType(CommandFailure.class, () -> {
                try (SecretBytes secret = SecretBytes.copyOf(bytes)) {
                    Clipboard.of(world.surroundings()).put(secret);
                }
            });
            assertThat(failure.code()).isEqualTo(FailureCode.USAGE);
        }
        assertThat(Files.exists(fake.file())).isFalse();
    }
}
