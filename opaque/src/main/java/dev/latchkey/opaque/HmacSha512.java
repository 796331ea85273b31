package dev.latchkey.opaque;

import java.security.GeneralSecurityException;
import java.security.Key;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/** HMAC-SHA-512 (RFC 2104) that leaves no copy of its key and its tag behind. */
final class HmacSha512 {

    static final int BYTES = 64;

    private static final String ALGORITHM = "HmacSHA512";
    private static final Key PUBLIC_KEY = new BorrowedKey(SecretBytes.allocate(BYTES));

    private HmacSha512() {}

    /** The 64-byte tag of the concatenation of {@code parts}; the caller owns the result. */
    static SecretBytes mac(SecretBytes key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new BorrowedKey(key));
            for (byte[] part : parts) {
                mac.update(part);
            }
            SecretBytes tag = SecretBytes.takeOwnership(mac.doFinal());
            // Padded key and tag live on inside the Mac object until others take their place.
            mac.init(PUBLIC_KEY);
            mac.doFinal();
            return tag;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform since version 8 offers HmacSHA512", e);
        }
    }

    /**
     * A key whose bytes stay in their {@link SecretBytes}. {@link javax.crypto.spec.SecretKeySpec} would keep a clone that
     * can't be wiped, while the platform's Mac erases the copy it takes from {@link #getEncoded()}.
     */
    private static final class BorrowedKey implements SecretKey {

        private static final long serialVersionUID = 1L;

        private final transient SecretBytes bytes;

        BorrowedKey(SecretBytes bytes) {
            this.bytes = bytes;
        }

        @Override
        public String getAlgorithm() {
            return ALGORITHM;
        }

        @Override
        public String getFormat() {
            return "RAW";
        }

        @Override
        public byte[] getEncoded() {
            return bytes.copyBytes();
        }
    }
}
