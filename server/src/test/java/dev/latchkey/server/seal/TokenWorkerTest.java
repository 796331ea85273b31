package dev.latchkey.server.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import javax.crypto.AEADBadTagException;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** What is made of a token's words: the cipher of these tests is Java's, and says what it is told to. */
final class TokenWorkerTest {
    private static final String VAGUE = "CKR_GENERAL_ERROR";

    /** What decryption fails with, one after the other; then it works. */
    private final Queue<Optional<Exception>> failures = new ArrayDeque<>();

    private final TokenWorker worker =
            new TokenWorker(new Bent(), new SecretKeySpec(new byte[KeyWrapper.DATA_KEY_BYTES], "AES"));

    private final byte[] wrapped = Arrays.copyOfRange(
            worker.answer(request(TokenWorker.WRAP, new byte[KeyWrapper.DATA_KEY_BYTES])),
            1,
            1 + TokenWorker.NONCE_BYTES + KeyWrapper.DATA_KEY_BYTES + TokenWorker.TAG_BYTES);

    @Test
    void unwrap_failureOfTheToken_isRefused_andNotCalledDamage() {
        for (Exception failure : List.of(
                new ProviderException("doFinal() failed", new GeneralSecurityException("CKR_DEVICE_ERROR")),
                new AEADBadTagException("CKR_FUNCTION_CANCELED"))) {
            fails(failure);
            assertThat(unwrapped(wrapped)).as(failure.toString()).isEqualTo(TokenWorker.REFUSED);
        }
        // Nor does it open what it has just made.
        fails(new AEADBadTagException(VAGUE), new AEADBadTagException(VAGUE));
        assertThat(unwrapped(wrapped)).isEqualTo(TokenWorker.REFUSED);

        assertThat(failures).isEmpty();
        assertThat(unwrapped(wrapped)).isEqualTo(TokenWorker.DONE);
    }

    @Test
    void unwrap_vagueFailureThatPasses_opens() {
        fails(new AEADBadTagException(VAGUE));

        assertThat(unwrapped(wrapped)).isEqualTo(TokenWorker.DONE);
    }

    @Test
    void unwrap_whatIsNotAuthentic_isSaidToBeSo() {
        wrapped[20] ^= 1;
        assertThat(unwrapped(wrapped)).isEqualTo(TokenWorker.NOT_AUTHENTIC);

        fails(new ProviderException("doFinal() failed", new GeneralSecurityException("CKR_ENCRYPTED_DATA_INVALID")));
        assertThat(unwrapped(wrapped)).isEqualTo(TokenWorker.NOT_AUTHENTIC);
    }

    @Test
    void unwrap_whatIsNotAuthentic_atATokenThatIsVague_isSaidToBeSo() {
        // Twice it fails, and beside that the token is well.
        fails(new AEADBadTagException(VAGUE));
        failures.add(Optional.empty());
        fails(new AEADBadTagException(VAGUE));
        assertThat(unwrapped(wrapped)).isEqualTo(TokenWorker.NOT_AUTHENTIC);
    }

    private int unwrapped(byte[] content) {
        return worker.answer(request(TokenWorker.UNWRAP, content))[0];
    }

    private static byte[] request(int operation, byte[] content) {
        return ByteBuffer.allocate(3 + content.length)
                .put((byte) operation)
                .putShort((short) 0)
                .put(content)
                .array();
    }

    private void fails(Exception... next) {
        for (Exception failure : next) {
            failures.add(Optional.of(failure));
        }
    }

    /** Has one cipher. */
    private final class Bent extends Provider {
        private static final long serialVersionUID = 1L;

        Bent() {
            super("Bent", "1", "for tests");
            putService(new Service(this, "Cipher", "AES/GCM/NoPadding", BentCipher.class.getName(), null, null) {
                @Override
                public Object newInstance(Object parameter) {
                    return new BentCipher();
                }

                @Override
                public boolean supportsParameter(Object parameter) {
                    return true;
                }
            });
        }
    }

    private final class BentCipher extends CipherSpi {
        private Cipher cipher;
        private boolean decrypts;

        @Override
        protected void engineInit(int mode, Key key, AlgorithmParameterSpec parameters, SecureRandom random) {
            try {
                decrypts = mode == Cipher.DECRYPT_MODE;
                cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
                cipher.init(mode, key, parameters);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        protected void engineUpdateAAD(byte[] data, int offset, int length) {
            cipher.updateAAD(data, offset, length);
        }

        @Override
        protected byte[] engineDoFinal(byte[] input, int offset, int length)
                throws IllegalBlockSizeException, BadPaddingException {
            Optional<Exception> failure = decrypts && !failures.isEmpty() ? failures.remove() : Optional.empty();
            if (failure.isPresent() && failure.get() instanceof BadPaddingException wrongTag) {
                throw wrongTag;
            }
            if (failure.isPresent()) {
                throw (ProviderException) failure.get();
            }
            return cipher.doFinal(input, offset, length);
        }

        @Override
        protected void engineSetMode(String mode) {}

        @Override
        protected void engineSetPadding(String padding) {}

        @Override
        protected int engineGetBlockSize() {
            return 16;
        }

        @Override
        protected int engineGetOutputSize(int length) {
            return length + TokenWorker.TAG_BYTES;
        }

        @Override
        protected byte[] engineGetIV() {
            return cipher.getIV();
        }

        @Override
        protected AlgorithmParameters engineGetParameters() {
            return cipher.getParameters();
        }

        @Override
        protected void engineInit(int mode, Key key, SecureRandom random) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected void engineInit(int mode, Key key, AlgorithmParameters parameters, SecureRandom random) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected byte[] engineUpdate(byte[] input, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected int engineUpdate(byte[] input, int offset, int length, byte[] output, int at) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected int engineDoFinal(byte[] input, int offset, int length, byte[] output, int at) {
            throw new UnsupportedOperationException();
        }
    }
}
