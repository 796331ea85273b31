package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.opaque.SecretBytes;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
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
                SecretBytes fromInput = SecretInput.readStandardInput(new ByteArrayInputStream(content))) {
            assertThat(fromFile.exposed()).isEqualTo(content);
            assertThat(fromInput.exposed()).isEqualTo(content);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 65_536, 1_000_000})
    void otherSizes_areRefused(int length) {
        CommandFailure failure = catchThrowableOfType(
                CommandFailure.class, () -> SecretInput.readStandardInput(new ByteArrayInputStream(new byte[length])));
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
}
