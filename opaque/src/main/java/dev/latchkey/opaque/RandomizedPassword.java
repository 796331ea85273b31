package dev.latchkey.opaque;

/** The stretched output of the OPRF, from which all keys of a registration come (RFC 9807 §5.2.3 and §6.3.2.3). */
final class RandomizedPassword implements AutoCloseable {

    private static final byte[] NO_SALT = {};
    private static final byte[] MASKING_KEY = Octets.ascii("MaskingKey");

    private final SecretBytes prk;

    private RandomizedPassword(SecretBytes prk) {
        this.prk = prk;
    }

    static RandomizedPassword of(SecretBytes oprfOutput, KeyStretching stretching, KsfParameters parameters) {
        // stretched_oprf_output = Stretch(oprf_output)
        // randomized_password = Extract("", concat(oprf_output, stretched_oprf_output))
        int oprfBytes = oprfOutput.length();
        try (SecretBytes stretched = stretching.stretch(oprfOutput, parameters);
                SecretBytes ikm = SecretBytes.allocate(oprfBytes + stretched.length())) {
            System.arraycopy(oprfOutput.exposed(), 0, ikm.exposed(), 0, oprfBytes);
            System.arraycopy(stretched.exposed(), 0, ikm.exposed(), oprfBytes, stretched.length());
            return new RandomizedPassword(Hkdf.extract(NO_SALT, ikm));
        }
    }

    /** {@code masking_key}, which the caller closes. */
    SecretBytes maskingKey() {
        return Hkdf.expand(prk, MASKING_KEY, Hkdf.HASH_BYTES);
    }

    /** A key of {@code length} bytes for one envelope, which the caller closes. */
    SecretBytes envelopeKey(byte[] envelopeNonce, byte[] label, int length) {
        return Hkdf.expand(prk, Octets.concat(envelopeNonce, label), length);
    }

    SecretBytes prk() {
        return prk;
    }

    @Override
    public void close() {
        prk.close();
    }
}
