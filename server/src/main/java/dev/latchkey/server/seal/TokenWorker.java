package dev.latchkey.server.seal;

import dev.latchkey.protocol.Hashes;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.Security;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * The process that has a token's library in it. Reads requests from standard input and answers on standard output: {@code
 * length(4) ‖ operation(1) ‖ content}, {@code length(4) ‖ status(1) ‖ content}. Ends with whoever started it.
 */
public final class TokenWorker {
    static final int OPEN = 1;
    static final int FINGERPRINT = 2;
    static final int WRAP = 3;
    static final int UNWRAP = 4;

    static final int DONE = 0;
    static final int NOT_AUTHENTIC = 1;
    static final int REFUSED = 2;

    static final int NONCE_BYTES = 12;
    static final int TAG_BYTES = 16;

    private static final int MOST_WORDS = 300;

    /** The key's fingerprint is made from what it makes of this block, which no nonce of GCM makes: those end in a counter. */
    private static final byte[] BLOCK = "latchkey/1 token".getBytes(StandardCharsets.US_ASCII);

    private final SecureRandom random = new SecureRandom();
    private Provider provider;
    private Key key;

    /** Opens its token when it is told to. */
    private TokenWorker() {}

    /** With a token that is open. */
    TokenWorker(Provider provider, Key key) {
        this.provider = provider;
        this.key = key;
    }

    /** Answers until its standard input ends. */
    public static void main(String[] arguments) throws IOException {
        // A library that hangs must not outlive whoever asked for it.
        ProcessHandle.current().parent().ifPresent(TokenWorker::endWith);
        new TokenWorker().serve(new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // It ends this process, which leaves nobody to look at it.
    private static void endWith(ProcessHandle parent) {
        parent.onExit().thenRun(() -> Runtime.getRuntime().halt(1));
    }

    private void serve(InputStream from, OutputStream to) throws IOException {
        DataInputStream in = new DataInputStream(from);
        DataOutputStream out = new DataOutputStream(to);
        while (true) {
            int length;
            try {
                length = in.readInt();
            } catch (EOFException e) {
                return;
            }
            if (length < 1 || length > TokenProcess.MOST_BYTES) {
                throw new IOException("a request of " + length + " bytes");
            }
            byte[] request = new byte[length];
            in.readFully(request);
            byte[] answer = answer(request);
            Arrays.fill(request, (byte) 0);
            out.writeInt(answer.length);
            out.write(answer);
            out.flush();
            Arrays.fill(answer, (byte) 0);
        }
    }

    /** What the request and the result are, see above, without their lengths. */
    byte[] answer(byte[] request) {
        ByteBuffer content = ByteBuffer.wrap(request, 1, request.length - 1);
        try {
            return switch (request[0]) {
                case OPEN -> open(content);
                case FINGERPRINT -> done(fingerprint());
                case WRAP -> wrap(content);
                case UNWRAP -> unwrap(content);
                default -> refused("no such operation");
            };
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            return refused(words(e));
        }
    }

    private byte[] open(ByteBuffer content) throws GeneralSecurityException, IOException {
        String library = text(content);
        String slot = text(content);
        String label = text(content);
        char[] pin = new char[content.remaining()];
        for (int i = 0; i < pin.length; i++) {
            pin[i] = (char) (content.get() & 0xff);
        }
        try {
            Provider template = Security.getProvider("SunPKCS11");
            if (template == null) {
                return refused("this Java has no PKCS#11 (module jdk.crypto.cryptoki)");
            }
            provider = template.configure("--name=latchkey\nlibrary=" + library + "\nslot=" + slot + "\n");
            KeyStore token = KeyStore.getInstance("PKCS11", provider);
            token.load(null, pin);
            key = token.getKey(label, null);
        } finally {
            Arrays.fill(pin, '\0');
        }
        return key == null ? refused("it has no secret key with the label " + label) : done(new byte[0]);
    }

    private byte[] fingerprint() throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding", provider);
        cipher.init(Cipher.ENCRYPT_MODE, key);
        return Arrays.copyOf(
                Hashes.sha3_256(
                        "latchkey/1 token fingerprint".getBytes(StandardCharsets.US_ASCII), cipher.doFinal(BLOCK)),
                RootKey.FINGERPRINT_BYTES);
    }

    private byte[] wrap(ByteBuffer content) throws GeneralSecurityException {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] sealed = gcm(Cipher.ENCRYPT_MODE, nonce, associatedData(content), rest(content));
        return done(ByteBuffer.allocate(nonce.length + sealed.length)
                .put(nonce)
                .put(sealed)
                .array());
    }

    private byte[] unwrap(ByteBuffer content) throws GeneralSecurityException {
        byte[] associatedData = associatedData(content);
        byte[] nonce = new byte[NONCE_BYTES];
        content.get(nonce);
        byte[] sealed = rest(content);
        for (boolean again = false; ; again = true) {
            try {
                return done(gcm(Cipher.DECRYPT_MODE, nonce, associatedData, sealed));
            } catch (AEADBadTagException | ProviderException e) {
                if (isWrongTag(e)) {
                    return new byte[] {NOT_AUTHENTIC};
                }
                // What does not open while other things do is damaged; if nothing does, it is the token.
                if (!isVague(e) || !opensItsOwn()) {
                    throw e;
                }
                if (again) {
                    return new byte[] {NOT_AUTHENTIC};
                }
            }
        }
    }

    /** Tokens say it in words of their own, and Java takes the vague ones for a wrong tag. */
    private static boolean isWrongTag(Throwable failure) {
        String words = words(failure);
        return words.contains("CKR_ENCRYPTED_DATA_INVALID")
                || (failure instanceof AEADBadTagException && !words.contains("CKR_"));
    }

    /** Some tokens say so of a wrong tag, and of anything else as well. */
    private static boolean isVague(Throwable failure) {
        String words = words(failure);
        return words.contains("CKR_GENERAL_ERROR") || words.contains("CKR_FUNCTION_FAILED");
    }

    /** Whether the token is well now. */
    private boolean opensItsOwn() throws GeneralSecurityException {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] sealed = gcm(Cipher.ENCRYPT_MODE, nonce, BLOCK, BLOCK);
        return Arrays.equals(gcm(Cipher.DECRYPT_MODE, nonce, BLOCK, sealed), BLOCK);
    }

    private byte[] gcm(int mode, byte[] nonce, byte[] associatedData, byte[] text) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", provider);
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
        cipher.updateAAD(associatedData);
        return cipher.doFinal(text);
    }

    private static byte[] associatedData(ByteBuffer content) {
        byte[] data = new byte[content.getShort()];
        content.get(data);
        return data;
    }

    private static byte[] rest(ByteBuffer content) {
        byte[] rest = new byte[content.remaining()];
        content.get(rest);
        return rest;
    }

    private static String text(ByteBuffer content) {
        byte[] text = new byte[content.getShort()];
        content.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static byte[] done(byte[] content) {
        return ByteBuffer.allocate(1 + content.length)
                .put((byte) DONE)
                .put(content)
                .array();
    }

    private static byte[] refused(String why) {
        byte[] words = why.substring(0, Math.min(why.length(), MOST_WORDS)).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + words.length)
                .put((byte) REFUSED)
                .put(words)
                .array();
    }

    /** Of the failure and what caused it: the token's own words stand last. */
    private static String words(Throwable failure) {
        StringBuilder words = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            words.append(words.isEmpty() ? "" : ": ").append(cause.getMessage());
        }
        return words.toString();
    }
}
