package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.opaque.SecretBytes;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretInputTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 65_535})
    void allowedSize_isReadToTheByte(int length) throws Exception {
        byte[] content = new byte[length];
        content[length - 1] = '\n';
        Path file = Files.write(folder.resolve("secret"), content);
        try (SecretBytes fromFile = SecretInput.readFile(file);
                SecretBytes fromInput =
                        SecretInput.readStandardInput(new ByteArrayInputStream(content), SecretInput.MAX_BYTES)) {
            assertThat(fromFile.exposed()).isEqualTo(content);
            assertThat(fromInput.exposed()).isEqualTo(content);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 65_536, 1_000_000})
    void otherSizes_areRefused(int length) {
        CommandFailure failure = catchThrowableOfType(
                CommandFailure.class,
                () -> SecretInput.readStandardInput(new ByteArrayInputStream(new byte[length]), SecretInput.MAX_BYTES));
        assertThat(failure.code()).isEqualTo(FailureCode.INVALID_INPUT);
    }

    @Test
    void missingFileAndFolder_areUnreadable() {
        assertThat(catchThrowableOfType(CommandFailure.class, () -> SecretInput.readFile(folder.resolve("none")))
                        .code())
                .isEqualTo(FailureCode.FILE_UNREADABLE);
        assertThat(catchThrowableOfType(CommandFailure.class, () -> SecretInput.readFile(folder))
                        .what())
                .contains("folder");
    }

    @Test
    void emptyInputAndFolder_haveAdviceOfTheirOwn() throws Exception {
        Path empty = Files.createFile(folder.resolve("empty"));
        assertThat(catchThrowableOfType(CommandFailure.class, () -> SecretInput.readFile(empty))
                        .next())
                .startsWith("Look whether that is where the secret is");
        assertThat(catchThrowableOfType(CommandFailure.class, () -> SecretInput.readFile(folder))
                        .next())
                .isEqualTo("Name a file.");
    }

    @Test
    void endOfInputAtThePrompt_isNoEmptySecret() {
        TypingPerson person = new TypingPerson().leaves();
        assertThat(catchThrowableOfType(
                                CommandFailure.class, () -> SecretInput.readHidden(person, SecretInput.MAX_BYTES))
                        .code())
                .isEqualTo(FailureCode.CANCELLED);
    }

    @Test
    void hiddenLine_isTakenAsUtf8AndWiped() throws Exception {
        TypingPerson person = new TypingPerson().types("Möwe");
        try (SecretBytes secret = SecretInput.readHidden(person, SecretInput.MAX_BYTES)) {
            assertThat(secret.exposed()).isEqualTo("Möwe".getBytes(UTF_8));
        }
        assertThat(person.handedOut())
                .allMatch(typed -> new String(typed).chars().allMatch(c -> c == 0));
    }

    @Test
    void emptyAndOverlongHiddenLines_areRefused() {
        for (String line : List.of("", "x".repeat(65_536))) {
            TypingPerson person = new TypingPerson().types(line);
            assertThat(catchThrowableOfType(
                                    CommandFailure.class, () -> SecretInput.readHidden(person, SecretInput.MAX_BYTES))
                            .code())
                    .isEqualTo(FailureCode.INVALID_INPUT);
        }
    }

    @Test
    void hiddenLineOfTheGreatestLength_isTaken() throws Exception {
        TypingPerson person = new TypingPerson().types("x".repeat(65_535));
        try (SecretBytes secret = SecretInput.readHidden(person, SecretInput.MAX_BYTES)) {
            assertThat(secret.length()).isEqualTo(65_535);
        }
    }

    @Test
    void noTerminal_isAUsageError() {
        assertThat(catchThrowableOfType(
                                CommandFailure.class,
                                () -> SecretInput.readHidden(new TypingPerson(), SecretInput.MAX_BYTES))
                        .code())
                .isEqualTo(FailureCode.USAGE);
    }
}
