package dev.latchkey.opaque.ristretto;

import cafe.cryptography.curve25519.CompressedRistretto;
import cafe.cryptography.curve25519.Constants;
import cafe.cryptography.curve25519.InvalidEncodingException;
import cafe.cryptography.curve25519.RistrettoElement;
import cafe.cryptography.curve25519.Scalar;

/**
 * curve25519-elisabeth, in Java.
 *
 * <p>It lacks the inversion of scalars.
 */
final class Elisabeth implements Oracle {

    static final Elisabeth INSTANCE = new Elisabeth();

    private Elisabeth() {}

    @Override
    public boolean isElement(byte[] encoding) {
        try {
            new CompressedRistretto(encoding).decompress();
            return true;
        } catch (InvalidEncodingException e) {
            return false;
        }
    }

    boolean isScalar(byte[] encoding) {
        try {
            Scalar.fromCanonicalBytes(encoding);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public byte[] add(byte[] element, byte[] other) {
        return decode(element).add(decode(other)).compress().toByteArray();
    }

    @Override
    public byte[] multiply(byte[] scalar, byte[] element) {
        return decode(element).multiply(scalar(scalar)).compress().toByteArray();
    }

    @Override
    public byte[] multiplyGenerator(byte[] scalar) {
        return Constants.RISTRETTO_GENERATOR_TABLE
                .multiply(scalar(scalar))
                .compress()
                .toByteArray();
    }

    @Override
    public byte[] fromUniformBytes(byte[] bytes) {
        return RistrettoElement.fromUniformBytes(bytes).compress().toByteArray();
    }

    @Override
    public byte[] reduceScalar(byte[] wide) {
        return Scalar.fromBytesModOrderWide(wide).toByteArray();
    }

    @Override
    public byte[] addScalars(byte[] scalar, byte[] other) {
        return scalar(scalar).add(scalar(other)).toByteArray();
    }

    @Override
    public byte[] multiplyScalars(byte[] scalar, byte[] other) {
        return scalar(scalar).multiply(scalar(other)).toByteArray();
    }

    @Override
    public String toString() {
        return "elisabeth";
    }

    private static RistrettoElement decode(byte[] element) {
        try {
            return new CompressedRistretto(element).decompress();
        } catch (InvalidEncodingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Scalar scalar(byte[] encoding) {
        return Scalar.fromCanonicalBytes(encoding);
    }
}
