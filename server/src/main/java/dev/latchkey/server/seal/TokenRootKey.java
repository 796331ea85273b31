package dev.latchkey.server.seal;

import dev.latchkey.opaque.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A root key in a PKCS#11 token, used through a {@link TokenProcess}: the maker's library is somebody else's code in the same
 * memory, and may hang.
 *
 * <p>A wrapped data key is {@code 0x02 ‖ nonce(12) ‖ AES-GCM(key in the token, nonce, data key, aad)}.
 */
final class TokenRootKey implements KeyWrapper {
    private static final byte FORMAT = 0x02;
    private static final int WRAPPED_BYTES = 1 + TokenWorker.NONCE_BYTES + DATA_KEY_BYTES + TokenWorker.TAG_BYTES;

    private final TokenProcess process;
    private final byte[] fingerprint;

    private TokenRootKey(TokenProcess process, byte[] fingerprint) {
        this.process = process;
        this.fingerprint = fingerprint;
    }

    /** @param process belongs to the result */
    static TokenRootKey open(RootKeySource.InToken token, TokenProcess process) throws RootKeyException {
        boolean opened = false;
        try (SecretBytes pin = PrivateText.read(token.pinFile())) {
            process.opensWith(greeting(token, pin));
            byte[] fingerprint = process.call(TokenWorker.FINGERPRINT, new byte[0]);
            opened = true;
            return new TokenRootKey(process, fingerprint);
        } catch (RootKeyUnavailableException e) {
            throw new RootKeyException(
                    process.hasRefusedPin() ? RootKeyException.Reason.PIN_REFUSED : RootKeyException.Reason.UNAVAILABLE,
                    token,
                    e);
        } catch (TokenProcess.NotAuthentic e) {
            throw new IllegalStateException("nothing was opened", e);
        } finally {
            if (!opened) {
                process.close();
            }
        }
    }

    /** What every new process is told first. */
    private static SecretBytes greeting(RootKeySource.InToken token, SecretBytes pin) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String text : new String[] {token.library().toString(), Long.toString(token.slot()), token.label()}) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            out.write(bytes.length >>> 8);
            out.write(bytes.length);
            out.writeBytes(bytes);
        }
        byte[] head = out.toByteArray();
        SecretBytes greeting = SecretBytes.allocate(head.length + pin.length());
        ByteBuffer.wrap(greeting.exposed()).put(head).put(pin.exposed());
        return greeting;
    }

    @Override
    public byte[] fingerprint() {
        return fingerprint.clone();
    }

    @Override
    public byte[] wrap(SecretBytes dataKey, Cell cell) {
        byte[] request = request(cell, dataKey.exposed());
        try {
            byte[] sealed = process.call(TokenWorker.WRAP, request);
            return ByteBuffer.allocate(1 + sealed.length)
                    .put(FORMAT)
                    .put(sealed)
                    .array();
        } catch (TokenProcess.NotAuthentic e) {
            throw new IllegalStateException("nothing was opened", e);
        } finally {
            Arrays.fill(request, (byte) 0);
        }
    }

    @Override
    public SecretBytes unwrap(byte[] wrapped, Cell cell) throws DamagedValueException {
        if (wrapped.length != WRAPPED_BYTES || wrapped[0] != FORMAT) {
            throw new DamagedValueException(DamagedValueException.Reason.MALFORMED, cell);
        }
        try {
            return SecretBytes.takeOwnership(
                    process.call(TokenWorker.UNWRAP, request(cell, Arrays.copyOfRange(wrapped, 1, wrapped.length))));
        } catch (TokenProcess.NotAuthentic e) {
            throw new DamagedValueException(DamagedValueException.Reason.NOT_AUTHENTIC, cell);
        }
    }

    private static byte[] request(Cell cell, byte[] content) {
        byte[] associatedData = cell.associatedData();
        return ByteBuffer.allocate(2 + associatedData.length + content.length)
                .putShort((short) associatedData.length)
                .put(associatedData)
                .put(content)
                .array();
    }

    @Override
    public void close() {
        process.close();
    }

    @Override
    public String toString() {
        return "TokenRootKey[REDACTED]";
    }
}
