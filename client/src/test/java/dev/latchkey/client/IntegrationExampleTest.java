package dev.latchkey.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.client.testserver.InMemoryService;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.Origin;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.SecretType;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the integration guide, compiled and run. */
final class IntegrationExampleTest {

    @TempDir
    private Path folder;

    @Test
    void application_registers_stores_and_comes_back() throws Exception {
        try (Loopback server = Loopback.honest()) {
            char[] typed = "correct horse battery staple".toCharArray();

            // docs:begin
            try (KeyClient client = KeyClient.builder(
                                    ServerAddress.parse(server.address().toString()))
                            .trust(Loopback.ca()) // left out when the server's certificate is a public one
                            .ksfFloor(InMemoryService.KSF) // left out: the default is stronger
                            .memory(folder) // what was seen of the account, so that the server can't go back
                            .build();
                    Password password = Password.of(typed)) {
                AccountName account = AccountName.of("alice@example.org");
                client.register(account, password);

                try (KeySession session = client.logIn(account, password);
                        SecretBytes key = SecretBytes.random(32, new SecureRandom())) {
                    session.store(Label.of("backup key"), key, SecretType.SYMMETRIC_KEY);

                    try (RetrievedSecret back = session.retrieve(Label.of("backup key"), RetrievalIntent.LOCAL_USE)) {
                        assertThat(back.secret().constantTimeEquals(key)).isTrue();
                    }

                    session.generate(Label.of("signing key"), SecretType.SYMMETRIC_KEY, 32);
                    session.replace(session.find(Label.of("signing key")), key, Origin.IMPORTED_KEY);

                    assertThat(session.audit(Long.MAX_VALUE, 2).records()) // newest first
                            .extracting(record -> record.action().orElseThrow())
                            .containsExactly(AuditAction.SECRET_REPLACED, AuditAction.SECRET_STORED);
                }
            }
            // docs:end
        }
    }
}
