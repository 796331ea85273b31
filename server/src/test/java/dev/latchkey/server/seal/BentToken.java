package dev.latchkey.server.seal;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A token that is, at each request, as a test wants it to be. Each start of its process leaves a line in a file. */
final class BentToken {
    /** A token of an AES key of zeros. */
    static final String WELL = "well";

    /** Its library never answers. */
    static final String HANGS = "hangs";

    /** Sessions that are open are so no more, and its PIN is another. */
    static final String CHANGED_PIN = "changed";

    private static final String VARIABLE = "BENT_TOKEN";

    private final Path folder;

    BentToken(Path folder) throws IOException {
        this.folder = folder;
        is(WELL);
    }

    void is(String mode) throws IOException {
        Path next = Files.writeString(folder.resolve("next"), mode);
        Files.move(next, folder.resolve("mode"), StandardCopyOption.ATOMIC_MOVE);
    }

    /** The session of this process, and of no other, is not open any more. */
    void hasLostTheSessionOf(String process) throws IOException {
        is("lost " + process);
    }

    /** The processes that were started for it. */
    List<String> starts() throws IOException {
        return Files.readAllLines(folder.resolve("starts"));
    }

    TokenProcess process(Duration deadline, LongSupplier nanos) {
        return new TokenProcess(
                TokenProcess.commandOf(BentToken.class), Map.of(VARIABLE, folder.toString()), deadline, nanos);
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(System.getenv(VARIABLE));
        String self = Long.toString(ProcessHandle.current().pid());
        Files.writeString(folder.resolve("starts"), self + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        DataInputStream in = new DataInputStream(System.in);
        DataOutputStream out = new DataOutputStream(System.out);
        while (true) {
            byte[] request;
            try {
                request = new byte[in.readInt()];
            } catch (EOFException e) {
                return;
            }
            in.readFully(request);
            byte[] answer = answer(Files.readString(folder.resolve("mode")), self, request);
            out.writeInt(answer.length);
            out.write(answer);
            out.flush();
        }
    }

    private static byte[] answer(String mode, String self, byte[] request) throws Exception {
        if (mode.equals(HANGS)) {
            new CountDownLatch(1).await();
        }
        boolean opens = request[0] == TokenWorker.OPEN;
        if (mode.equals(CHANGED_PIN)) {
            return refused(opens ? "CKR_PIN_INCORRECT" : "CKR_USER_NOT_LOGGED_IN");
        }
        if (mode.equals("lost " + self)) {
            return refused("CKR_SESSION_HANDLE_INVALID");
        }
        ByteBuffer content = ByteBuffer.wrap(request, 1, request.length - 1);
        return switch (request[0]) {
            case TokenWorker.WRAP -> wrapped(content);
            case TokenWorker.UNWRAP -> done(gcm(Cipher.DECRYPT_MODE, content, content::get));
            case TokenWorker.FINGERPRINT -> done(new byte[RootKey.FINGERPRINT_BYTES]);
            default -> done(new byte[0]);
        };
    }

    private static byte[] wrapped(ByteBuffer content) throws GeneralSecurityException {
        byte[] nonce = new byte[TokenWorker.NONCE_BYTES];
        new SecureRandom().nextBytes(nonce);
        byte[] sealed =
                gcm(Cipher.ENCRYPT_MODE, content, wanted -> System.arraycopy(nonce, 0, wanted, 0, nonce.length));
        return done(ByteBuffer.allocate(nonce.length + sealed.length)
                .put(nonce)
                .put(sealed)
                .array());
    }

    private static byte[] gcm(int mode, ByteBuffer content, Consumer<byte[]> nonces) throws GeneralSecurityException {
        byte[] associatedData = new byte[content.getShort()];
        content.get(associatedData);
        byte[] nonce = new byte[TokenWorker.NONCE_BYTES];
        nonces.accept(nonce);
        byte[] text = new byte[content.remaining()];
        content.get(text);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                mode,
                new SecretKeySpec(new byte[KeyWrapper.DATA_KEY_BYTES], "AES"),
                new GCMParameterSpec(8 * TokenWorker.TAG_BYTES, nonce));
        cipher.updateAAD(associatedData);
        return cipher.doFinal(text);
    }

    private static byte[] done(byte[] content) {
        return ByteBuffer.allocate(1 + content.length)
                .put((byte) TokenWorker.DONE)
                .put(content)
                .array();
    }

    private static byte[] refused(String why) {
        byte[] words = why.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(1 + words.length)
                .put((byte) TokenWorker.REFUSED)
                .put(words)
                .array();
    }
}
