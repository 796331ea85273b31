package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.RetrievalIntent;
import dev.latchkey.client.RetrievedSecret;
import dev.latchkey.client.SecretsPage;
import dev.latchkey.client.ServerAddress;
import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.SecretType;
import dev.latchkey.server.KeyServer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What an owner does, through the client library, against a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OwnerJourneyTest {
    /** The least a client logs in with, so that the suite does not spend its time stretching. */
    private static final KsfParameters LEAST = new KsfParameters(19456, 2, 1);

    private static final String PASSWORD = "correct horse battery staple";

    private final SecureRandom random = new SecureRandom();
    private TestDeployment deployment;
    private KeyServer server;
    private int names;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        deployment = TestDeployment.init(folder.resolve("server"));
        server = KeyServer.start(deployment.options().ksf(LEAST).build());
    }

    @AfterAll
    void stop() {
        server.shutdown(Duration.ofSeconds(5));
    }

    @Test
    void owner_onAnotherDevice_getsEverythingBackWithThePasswordAlone() throws Exception {
        AccountName name = freshName();
        byte[] secret = randomBytes(1000);
        try (KeyClient device = client();
                Password password = password(PASSWORD)) {
            device.register(name, password);
            store(device, name, "wallet", secret);
        }
        try (KeyClient another = client();
                Password password = password(PASSWORD);
                KeySession session = another.logIn(name, password);
                RetrievedSecret back = session.retrieve(Label.of("wallet"), RetrievalIntent.LOCAL_USE)) {
            assertThat(back.secret().constantTimeEquals(secret)).isTrue();
            assertThat(back.descriptor().label()).isEqualTo(Label.of("wallet"));
            assertThat(session.facts().lastLogin()).isPresent();
            assertThat(session.facts().failures()).isZero();
        }
    }

    @Test
    void secret_ofEverySizeThatIsAllowed_comesBackByteForByte() throws Exception {
        AccountName name = freshName();
        try (KeyClient device = client();
                Password password = password(PASSWORD)) {
            device.register(name, password);
            try (KeySession session = device.logIn(name, password)) {
                for (int size : new int[] {1, 2, 255, 256, 65_534, 65_535}) {
                    byte[] secret = randomBytes(size);
                    KeyId id;
                    try (SecretBytes bytes = SecretBytes.copyOf(secret)) {
                        id = session.store(Label.of("size " + size), bytes, SecretType.OPAQUE_BYTES);
                    }
                    try (RetrievedSecret back = session.retrieve(id, RetrievalIntent.EXPORT)) {
                        assertThat(back.secret().constantTimeEquals(secret)).isTrue();
                    }
                }
            }
        }
    }

    @Test
    void password_typedInAnotherUnicodeForm_isTheSame() throws Exception {
        AccountName name = freshName();
        try (KeyClient device = client();
                Password composed = password("caf\u00e9 \u00c5ngstr\u00f6m");
                Password decomposed = password("cafe\u0301\u00a0A\u030angstro\u0308m")) {
            device.register(name, composed);
            try (KeySession session = device.logIn(name, decomposed)) {
                assertThat(session.facts().failures()).isZero();
            }
        }
    }

    @Test
    void password_wrongOrNameUnknown_isTheSameFailure() throws Exception {
        AccountName name = freshName();
        try (KeyClient device = client();
                Password right = password(PASSWORD);
                Password wrong = password("not the password")) {
            device.register(name, right);

            KeyClientException ofWrong = failure(() -> device.logIn(name, wrong));
            KeyClientException ofUnknown = failure(() -> device.logIn(freshName(), right));

            assertThat(ofWrong.reason()).isEqualTo(Reason.WRONG_PASSWORD);
            assertThat(ofUnknown.reason()).isEqualTo(Reason.WRONG_PASSWORD);
            assertThat(ofUnknown).hasMessage(ofWrong.getMessage());
        }
    }

    @Test
    void guesses_spent_lockOutWithTheTimeToWait() throws Exception {
        AccountName name = freshName();
        try (KeyClient device = client();
                Password right = password(PASSWORD);
                Password wrong = password("not the password")) {
            device.register(name, right);
            for (int i = 0; i < 10; i++) {
                failure(() -> device.logIn(name, wrong));
            }

            KeyClientException locked = failure(() -> device.logIn(name, right));

            assertThat(locked.reason()).isEqualTo(Reason.LOCKED_OUT);
            assertThat(locked.retryAfter())
                    .hasValueSatisfying(
                            wait -> assertThat(wait).isBetween(Duration.ofMinutes(110), Duration.ofHours(2)));
        }
    }

    @Test
    void name_taken_isRefusedAndItsOwnerLosesNothing() throws Exception {
        AccountName name = freshName();
        try (KeyClient device = client();
                Password first = password(PASSWORD);
                Password second = password("another password")) {
            device.register(name, first);
            store(device, name, "wallet", new byte[] {1, 2, 3});

            assertThat(failure(() -> device.register(name, second)).reason()).isEqualTo(Reason.NAME_TAKEN);
            assertThat(labels(device, name)).containsExactly("wallet");
        }
    }

    @Test
    void label_thatExists_isAConflictAndKeepsWhatIsThere() throws Exception {
        AccountName name = freshName();
        try (KeyClient device = client();
                Password password = password(PASSWORD)) {
            device.register(name, password);
            store(device, name, "wallet", new byte[] {1});

            assertThat(failure(() -> store(device, name, "wallet", new byte[] {2}))
                            .reason())
                    .isEqualTo(Reason.LABEL_EXISTS);
            try (KeySession session = device.logIn(name, password);
                    RetrievedSecret kept = session.retrieve(Label.of("wallet"), RetrievalIntent.LOCAL_USE)) {
                assertThat(kept.secret().constantTimeEquals(new byte[] {1})).isTrue();
            }
        }
    }

    @Test
    void label_unknown_isNotFound() throws Exception {
        AccountName name = freshName();
        try (KeyClient device = client();
                Password password = password(PASSWORD)) {
            device.register(name, password);
            try (KeySession session = device.logIn(name, password)) {
                assertThat(failure(() -> session.retrieve(Label.of("nothing"), RetrievalIntent.LOCAL_USE))
                                .reason())
                        .isEqualTo(Reason.NOT_FOUND);
            }
        }
    }

    @Test
    void list_ofManySecrets_comesInPagesOldestFirst() throws Exception {
        AccountName name = freshName();
        List<String> stored = new ArrayList<>();
        try (KeyClient device = client();
                Password password = password(PASSWORD)) {
            device.register(name, password);
            try (KeySession session = device.logIn(name, password)) {
                for (int i = 0; i < 25; i++) {
                    try (SecretBytes secret = SecretBytes.copyOf(new byte[] {(byte) i})) {
                        session.store(Label.of("key " + i), secret, SecretType.OPAQUE_BYTES);
                    }
                    stored.add("key " + i);
                }
            }
            assertThat(labels(device, name)).isEqualTo(stored);
        }
    }

    @Test
    void requests_sideBySideOverOneSession_areAllAnswered() throws Exception {
        AccountName name = freshName();
        int threads = 8;
        int each = 10;
        ExecutorService executor = threads();
        try (KeyClient device = client();
                Password password = password(PASSWORD)) {
            device.register(name, password);
            try (KeySession session = device.logIn(name, password)) {
                List<Callable<Integer>> work = new ArrayList<>();
                for (int t = 0; t < threads; t++) {
                    int thread = t;
                    work.add(() -> storeAndRetrieve(session, thread, each));
                }
                int answered = 0;
                for (Future<Integer> done : executor.invokeAll(work, 60, TimeUnit.SECONDS)) {
                    answered += done.get();
                }
                assertThat(answered).isEqualTo(threads * each);
            }
        } finally {
            executor.shutdownNow();
        }
    }

    /** Virtual threads on a Java that has them (21 and later), else ordinary ones. */
    private static ExecutorService threads() throws ReflectiveOperationException {
        return Runtime.version().feature() >= 21
                ? (ExecutorService) Executors.class
                        .getMethod("newVirtualThreadPerTaskExecutor")
                        .invoke(null)
                : Executors.newCachedThreadPool();
    }

    @Test
    void session_endedAtTheServer_saysSo() throws Exception {
        AccountName name = freshName();
        try (KeyClient device = client();
                Password password = password(PASSWORD)) {
            device.register(name, password);
            KeySession first = device.logIn(name, password);
            List<KeySession> others = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                others.add(device.logIn(name, password));
            }

            assertThat(failure(() -> first.list(0, 10)).reason()).isEqualTo(Reason.SESSION_ENDED);
            first.close();
            others.forEach(KeySession::close);
        }
    }

    private static int storeAndRetrieve(KeySession session, int thread, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            byte[] bytes = {(byte) thread, (byte) i};
            Label label = Label.of("thread " + thread + " key " + i);
            try (SecretBytes secret = SecretBytes.copyOf(bytes)) {
                session.store(label, secret, SecretType.OPAQUE_BYTES);
            }
            try (RetrievedSecret back = session.retrieve(label, RetrievalIntent.LOCAL_USE)) {
                assertThat(back.secret().constantTimeEquals(bytes)).isTrue();
            }
        }
        return count;
    }

    private void store(KeyClient device, AccountName name, String label, byte[] bytes) throws Exception {
        try (Password password = password(PASSWORD);
                KeySession session = device.logIn(name, password);
                SecretBytes secret = SecretBytes.copyOf(bytes)) {
            session.store(Label.of(label), secret, SecretType.OPAQUE_BYTES);
        }
    }

    private List<String> labels(KeyClient device, AccountName name) throws Exception {
        List<String> labels = new ArrayList<>();
        try (Password password = password(PASSWORD);
                KeySession session = device.logIn(name, password)) {
            long after = 0;
            boolean more = true;
            while (more) {
                SecretsPage page = session.list(after, 10);
                page.secrets().forEach(s -> labels.add(s.descriptor().label().value()));
                more = page.next().isPresent();
                after = page.next().orElse(0);
            }
        }
        return labels;
    }

    private KeyClient client() throws KeyClientException {
        return KeyClient.builder(new ServerAddress("localhost", server.port()))
                .trust(deployment.ca())
                .ksfFloor(LEAST)
                .build();
    }

    private AccountName freshName() throws Exception {
        return AccountName.of("owner-" + names++);
    }

    private static Password password(String text) throws Exception {
        return Password.of(text.toCharArray());
    }

    private byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static KeyClientException failure(ThrowingCallable call) {
        KeyClientException failure = catchThrowableOfType(KeyClientException.class, call);
        assertThat(failure).as("the call should have failed").isNotNull();
        return failure;
    }
}
