package dev.latchkey.protocol;

import dev.latchkey.opaque.Hkdf;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.IntegrityException.Reason;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The two keys of a session, one for each direction, and what they seal (§4): {@code seq(8) ‖ salt(16) ‖ ciphertext with
 * tag}.
 *
 * <p>Every message has a key of its own, from its direction's key, its number and a random salt, so that whatever a crash
 * or a retry makes a side repeat, no key meets a nonce twice. Which numbers were used before is not known here; see {@link
 * ReplayWindow}. Closing wipes both keys.
 */
public final class ChannelKeys implements AutoCloseable {

    /** The size of {@link #save()}, in bytes. */
    public static final int SAVED_BYTES = 64;

    /** The largest body, in bytes: 1 MiB. */
    public static final int MAX_BODY_BYTES = 1 << 20;

    /** How much longer a sealed message is than its body, in bytes. */
    public static final int FRAME_BYTES = 40;

    private static final int SEQ_BYTES = 8;
    private static final int SALT_BYTES = 16;
    private static final int HEADER_BYTES = SEQ_BYTES + SALT_BYTES;
    private static final int KEY_BYTES = Aead.KEY_BYTES;
    private static final byte[] PROTOCOL = Octets.ascii("latchkey/1 ");
    private static final byte[] MESSAGE = Octets.ascii("message");
    private static final byte[] NONCE_PREFIX = new byte[Aead.NONCE_BYTES - SEQ_BYTES];

    private final SecretBytes clientToServer;
    private final SecretBytes serverToClient;

    private ChannelKeys(SecretBytes clientToServer, SecretBytes serverToClient) {
        this.clientToServer = clientToServer;
        this.serverToClient = serverToClient;
    }

    /**
     * Derives both keys; to be used only once the other side's MAC has verified.
     *
     * @param sessionKey of OPAQUE, 64 bytes, still the caller's
     * @return the keys, which the caller closes
     */
    public static ChannelKeys derive(SecretBytes sessionKey, SessionId sessionId, Transcript transcript) {
        return new ChannelKeys(
                directionKey(sessionKey, Direction.CLIENT_TO_SERVER, sessionId, transcript),
                directionKey(sessionKey, Direction.SERVER_TO_CLIENT, sessionId, transcript));
    }

    /**
     * Takes back what {@link #save()} gave.
     *
     * @param saved 64 bytes, still the caller's
     * @throws IllegalArgumentException on another length
     */
    public static ChannelKeys restore(SecretBytes saved) {
        Octets.requireLength(saved.exposed(), SAVED_BYTES, "a saved pair of keys");
        return new ChannelKeys(saved.slice(0, KEY_BYTES), saved.slice(KEY_BYTES, KEY_BYTES));
    }

    /** Both keys, client to server first, 64 bytes, to be kept sealed; the caller closes the copy. */
    public SecretBytes save() {
        SecretBytes saved = SecretBytes.allocate(SAVED_BYTES);
        System.arraycopy(clientToServer.exposed(), 0, saved.exposed(), 0, KEY_BYTES);
        System.arraycopy(serverToClient.exposed(), 0, saved.exposed(), KEY_BYTES, KEY_BYTES);
        return saved;
    }

    /**
     * Seals one message under a fresh salt.
     *
     * @param seq 0 for SessionOpened, from 1 for requests and their answers
     * @param body at most 1 MiB; may be empty
     * @return {@value #FRAME_BYTES} bytes more than the body
     * @throws IllegalArgumentException if {@code seq} is negative or {@code body} too long
     */
    public byte[] seal(Direction direction, SessionId sessionId, long seq, byte[] body, SecureRandom random) {
        if (body.length > MAX_BODY_BYTES) {
            throw new IllegalArgumentException("a message has at most 1 MiB");
        }
        byte[] number = Octets.i2osp8(seq);
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        try (SecretBytes key = messageKey(direction, number, salt)) {
            byte[] ciphertext = Aead.seal(key, nonce(number), body, associatedData(sessionId, number));
            return Octets.concat(number, salt, ciphertext);
        }
    }

    /**
     * Opens one message.
     *
     * @throws IntegrityException if it was not sealed for this direction of this session, or is beyond its bounds
     */
    public Opened open(Direction direction, SessionId sessionId, byte[] sealed) throws IntegrityException {
        if (!isFramed(sealed)) {
            throw new IntegrityException(Reason.CHANNEL);
        }
        byte[] number = Arrays.copyOf(sealed, SEQ_BYTES);
        byte[] salt = Arrays.copyOfRange(sealed, SEQ_BYTES, HEADER_BYTES);
        byte[] ciphertext = Arrays.copyOfRange(sealed, HEADER_BYTES, sealed.length);
        try (SecretBytes key = messageKey(direction, number, salt)) {
            byte[] body = Aead.open(key, nonce(number), ciphertext, associatedData(sessionId, number));
            return new Opened(ByteBuffer.wrap(number).getLong(), body);
        } catch (IntegrityException e) {
            throw new IntegrityException(Reason.CHANNEL);
        }
    }

    /** Wipes both keys; closing again does nothing. */
    @Override
    public void close() {
        clientToServer.close();
        serverToClient.close();
    }

    @Override
    public String toString() {
        return "ChannelKeys[REDACTED]";
    }

    private static SecretBytes directionKey(
            SecretBytes sessionKey, Direction direction, SessionId sessionId, Transcript transcript) {
        byte[] info = Octets.concat(PROTOCOL, direction.label(), sessionId.toByteArray(), transcript.hash());
        return Hkdf.derive(sessionKey, info, KEY_BYTES);
    }

    private SecretBytes messageKey(Direction direction, byte[] number, byte[] salt) {
        SecretBytes key = switch (direction) {
            case CLIENT_TO_SERVER -> clientToServer;
            case SERVER_TO_CLIENT -> serverToClient;
        };
        return Hkdf.derive(key, Octets.concat(MESSAGE, number, salt), KEY_BYTES);
    }

    private static byte[] nonce(byte[] number) {
        return Octets.concat(NONCE_PREFIX, number);
    }

    private static byte[] associatedData(SessionId sessionId, byte[] number) {
        return Octets.concat(sessionId.toByteArray(), number);
    }

    private static boolean isFramed(byte[] sealed) {
        return sealed.length >= FRAME_BYTES && sealed.length <= FRAME_BYTES + MAX_BODY_BYTES && sealed[0] >= 0;
    }

    /** A message that has opened: its number, now authentic, and its body. */
    public static final class Opened {

        private final long seq;
        private final byte[] body;

        private Opened(long seq, byte[] body) {
            this.seq = seq;
            this.body = body;
        }

        /** The number it was sealed with. */
        public long seq() {
            return seq;
        }

        /** The bytes that were sealed; a new array at each call. */
        public byte[] body() {
            return body.clone();
        }
    }
}
