package dev.latchkey.client.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.RetrievalIntent;
import dev.latchkey.client.RetrievedSecret;
import dev.latchkey.client.testserver.AccountLog;
import dev.latchkey.client.testserver.InMemoryAccount;
import dev.latchkey.client.testserver.InMemoryService;
import dev.latchkey.client.testserver.TestAuthority;
import dev.latchkey.client.testserver.TestServer;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.InvalidInputException;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.SecretType;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * A server whose operator lies: behind real TLS, with the real OPAQUE keys and the true log, all of which it may bend; and
 * the devices of its owners, which use nothing but the public client.
 */
final class HostileServer implements AutoCloseable {

    static final AccountName ALICE = name("alice");
    static final AccountName BOB = name("bob");

    private static final TestAuthority AUTHORITY = TestAuthority.create();

    private final Lies lies = new Lies();
    private final InMemoryService service = new InMemoryService(lies);
    private final Password password = password("correct horse battery staple");
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Path folder;
    private final Path ca;
    private TestServer server;
    private int devices;

    HostileServer() {
        try {
            folder = Files.createTempDirectory("latchkey-hostile-");
            ca = AUTHORITY.writeTo(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server = TestServer.start(service, AUTHORITY.forLoopback());
    }

    Lies lies() {
        return lies;
    }

    InMemoryService service() {
        return service;
    }

    Password password() {
        return password;
    }

    /** What the server has of alice. */
    InMemoryAccount account() {
        return service.account(ALICE);
    }

    /** The log of alice, as the server has it. */
    AccountLog log() {
        return account().log();
    }

    /** Writes alice's last entry anew, and the chain with it. */
    void bendLastEntry(UnaryOperator<AuditEntry> lie) {
        List<AuditEntry> entries = new ArrayList<>(log().entries());
        entries.add(lie.apply(entries.remove(entries.size() - 1)));
        log().rewrite(entries);
    }

    /** An honest answer, but for the head, which is that of the log as it now is. */
    Response withHeadOfTheLog(Request request, Response honest) {
        return Lies.withHead(honest, head -> log().head(request.getKnownAuditN()).toBuilder());
    }

    /** The file of trusted authorities, which a scenario may write anew. */
    Path ca() {
        return ca;
    }

    /** Another service takes the place of this one, at the same address. */
    void replaceBy(InMemoryService other, TestAuthority.Issued certificate) {
        int port = server.address().port();
        server.close();
        server = TestServer.start(other, certificate, "TLSv1.3", port);
    }

    TestAuthority.Issued certificate() {
        return AUTHORITY.forLoopback();
    }

    KeyClient.Builder builder() {
        return KeyClient.builder(server.address()).trust(ca).ksfFloor(InMemoryService.KSF);
    }

    /** A device of its own that remembers what it saw. */
    KeyClient newDevice() {
        devices++;
        return built(builder().memory(folder.resolve("device-" + devices)));
    }

    /** The device that was made last, started anew. */
    KeyClient sameDevice() {
        return built(builder().memory(folder.resolve("device-" + devices)));
    }

    /** The device that was made last, which now takes the server as it shows itself. */
    KeyClient deviceThatAcceptsChange() {
        return built(builder().memory(folder.resolve("device-" + devices)).acceptChange(true));
    }

    /** A device of its own that remembers nothing. */
    KeyClient newForgetfulDevice() {
        return built(builder());
    }

    KeyClient built(KeyClient.Builder builder) {
        try {
            KeyClient client = builder.build();
            open.add(client);
            return client;
        } catch (KeyClientException e) {
            throw new AssertionError(e);
        }
    }

    /** Registers alice at a new device that remembers, and logs her in. */
    KeySession alice() throws KeyClientException {
        KeyClient device = newDevice();
        device.register(ALICE, password);
        return logIn(device);
    }

    /** Logs alice in. */
    KeySession logIn(KeyClient device) throws KeyClientException {
        KeySession session = device.logIn(ALICE, password);
        open.add(session);
        return session;
    }

    static KeyId put(KeySession session, String label, String text) throws KeyClientException {
        try (SecretBytes secret = secret(text)) {
            return session.store(label(label), secret, SecretType.OPAQUE_BYTES);
        }
    }

    static String get(KeySession session, String label) throws KeyClientException {
        try (RetrievedSecret retrieved = session.retrieve(label(label), RetrievalIntent.LOCAL_USE)) {
            return text(retrieved);
        }
    }

    static String get(KeySession session, KeyId keyId) throws KeyClientException {
        try (RetrievedSecret retrieved = session.retrieve(keyId, RetrievalIntent.LOCAL_USE)) {
            return text(retrieved);
        }
    }

    static SecretBytes secret(String text) {
        return SecretBytes.takeOwnership(text.getBytes(StandardCharsets.UTF_8));
    }

    static String text(RetrievedSecret retrieved) {
        return new String(retrieved.secret().copyBytes(), StandardCharsets.UTF_8);
    }

    static KeyClientException assertRefused(Reason reason, ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(KeyClientException.class);
        KeyClientException failure = (KeyClientException) thrown;
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(reason);
        return failure;
    }

    static ByteString bytes(KeyId keyId) {
        return ByteString.copyFrom(keyId.toByteArray());
    }

    static ByteString flipped(ByteString bytes, int index) {
        return withByte(bytes, index, bytes.byteAt(index) ^ 1);
    }

    static ByteString withByte(ByteString bytes, int index, int value) {
        byte[] changed = bytes.toByteArray();
        changed[index] = (byte) value;
        return ByteString.copyFrom(changed);
    }

    static AccountName name(String text) {
        try {
            return AccountName.of(text);
        } catch (InvalidInputException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static Password password(String text) {
        try {
            return Password.of(text.toCharArray());
        } catch (InvalidInputException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static Label label(String text) {
        try {
            return Label.of(text);
        } catch (InvalidInputException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Override
    public void close() {
        lies.beHonest();
        try {
            for (int i = open.size() - 1; i >= 0; i--) {
                open.get(i).close();
            }
            password.close();
            server.close();
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
