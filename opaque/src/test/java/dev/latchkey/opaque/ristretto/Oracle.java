package dev.latchkey.opaque.ristretto;

/** Another implementation of ristretto255, asked for its opinion; encodings in and out. */
interface Oracle {

    /** Whether 32 bytes are the canonical encoding of an element. */
    boolean isElement(byte[] encoding);

    byte[] add(byte[] element, byte[] other);

    byte[] multiply(byte[] scalar, byte[] element);

    byte[] multiplyGenerator(byte[] scalar);

    byte[] fromUniformBytes(byte[] bytes);

    byte[] reduceScalar(byte[] wide);

    byte[] addScalars(byte[] scalar, byte[] other);

    byte[] multiplyScalars(byte[] scalar, byte[] other);
}
