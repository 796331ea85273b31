package dev.latchkey.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.client.testserver.InMemoryService;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.SecretType;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

/** The example of the integration guide, compiled and run. */
final class IntegrationExampleTest {

    @Test
    void application_registers_stores_and_comes_back() throws Exception {
        try (Loopback server = Loopback.honest()) {
            char[] typed = "correct horse battery staple".toCharArray();

            // docs:begin
            try (KeyClient client = KeyClient.builder(
                                    ServerAddress.parse(server.address().toString()))
                            .trust(Loopback.ca()) // left out when the server's certificate is a public one
                            .ksfFloor(InMemoryService.KSF) // left out: the default is stronger
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
                }
            }
            // docs:end
        }
    }
}
