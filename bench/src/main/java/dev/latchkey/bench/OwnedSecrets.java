package dev.latchkey.bench;

import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.RetrievalIntent;
import dev.latchkey.client.RetrievedSecret;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.InvalidInputException;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.SecretType;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;

/** The three secrets that every owner among many has. */
final class OwnedSecrets {

    static final List<Kind> KINDS = List.of(
            new Kind("disk of the laptop", SecretType.SYMMETRIC_KEY, 32),
            new Kind("release signing 2026", SecretType.PRIVATE_KEY, 48),
            new Kind("token of api.example.org", SecretType.OPAQUE_BYTES, 40));

    /**
     * What one of them is.
     *
     * @param bytes of the secret
     */
    record Kind(String label, SecretType type, int bytes) {}

    private OwnedSecrets() {}

    /** All are of the same length. */
    static String accountName(int number) {
        return String.format(Locale.ROOT, "owner-%07d", number);
    }

    /** Registers an account and stores them, as a person does. */
    static void register(KeyClient client, int number, Password password)
            throws KeyClientException, InvalidInputException {
        AccountName name = AccountName.of(accountName(number));
        client.register(name, password);
        try (KeySession session = client.logIn(name, password)) {
            for (Kind kind : KINDS) {
                try (SecretBytes secret = SecretBytes.random(kind.bytes(), new SecureRandom())) {
                    session.store(Label.of(kind.label()), secret, kind.type());
                }
            }
        }
    }

    /** Retrieves one of them by its label; gives the µs it took. */
    static double retrieve(KeySession session, Kind kind) throws KeyClientException, InvalidInputException {
        Label label = Label.of(kind.label());
        long begun = System.nanoTime();
        try (RetrievedSecret secret = session.retrieve(label, RetrievalIntent.LOCAL_USE)) {
            double micros = (System.nanoTime() - begun) / 1e3;
            if (secret.secret().length() != kind.bytes()) {
                throw new IllegalStateException("another secret came back");
            }
            return micros;
        }
    }
}
