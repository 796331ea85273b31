package dev.latchkey.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.server.admin.AdminAnswer.RootKeyInForce;
import dev.latchkey.server.admin.AdminAnswer.RootKeyRefused;
import dev.latchkey.server.admin.AdminRequest.ChangeRootKey;
import dev.latchkey.server.seal.RootKeySource;
import dev.latchkey.server.seal.RootKeySource.InFile;
import dev.latchkey.server.seal.RootKeySource.InToken;
import dev.latchkey.server.seal.RootKeySource.InVault;
import dev.latchkey.server.store.KeyRotation.RootKeyChanged;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an operator and a server tell one another of where keys are kept. */
final class KeyMessagesTest {
    private static final Path FILE = Path.of("/etc/latchkey/file");
    private static final URI ENGINE = URI.create("https://vault.example:8200/v1/transit");

    @Test
    void request_ofEachKindOfRootKey_arrivesAsItWas() throws Exception {
        List<RootKeySource> sources = List.of(
                new InFile(FILE),
                new InToken(Path.of("/usr/lib/token.so"), 3_000_000_000L, FILE, "latchkey-root"),
                new InVault(ENGINE, "latchkey", FILE, Optional.empty()),
                new InVault(ENGINE, "latchkey", FILE, Optional.of(Path.of("/etc/latchkey/ca.pem"))));
        for (RootKeySource source : sources) {
            ChangeRootKey request =
                    new ChangeRootKey(source, source instanceof InFile ? Optional.of("00ff") : Optional.empty());

            assertThat(AdminMessages.request(AdminMessages.encode(request))).isEqualTo(request);
        }
    }

    @Test
    void answer_toIt_arrivesAsItWas() throws Exception {
        List<AdminAnswer> answers = List.of(
                new RootKeyInForce(new RootKeyChanged(true, "00ff")),
                new RootKeyInForce(new RootKeyChanged(false, "00ff")),
                new RootKeyRefused("is damaged"));
        for (AdminAnswer answer : answers) {
            assertThat(AdminMessages.answer(AdminMessages.encode(answer))).isEqualTo(answer);
        }
    }

    /** It would mean another file at the server than where it was asked for. */
    @Test
    void request_withAPathThatIsNotWhole_isMalformed() {
        for (RootKeySource source : List.of(
                new InFile(Path.of("next.key")),
                new InToken(Path.of("token.so"), 1, FILE, "latchkey-root"),
                new InVault(ENGINE, "latchkey", Path.of("token"), Optional.empty()))) {
            assertMalformed(new ChangeRootKey(source, Optional.of("00ff")));
        }
    }

    /** It might be another file at the server, of which nobody else knows. */
    @Test
    void request_withAFileThatNobodyHasSeen_isMalformed() {
        assertMalformed(new ChangeRootKey(new InFile(FILE), Optional.empty()));
    }

    private static void assertMalformed(ChangeRootKey request) {
        byte[] message = AdminMessages.encode(request);

        assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> AdminMessages.request(message));
    }
}
