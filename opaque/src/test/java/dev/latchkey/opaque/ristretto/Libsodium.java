package dev.latchkey.opaque.ristretto;

import com.goterl.lazysodium.SodiumJava;
import com.goterl.lazysodium.utils.LibraryLoader;

/**
 * libsodium, in C, through lazysodium.
 *
 * <p>It lacks a test of canonical scalars, and reports a product that is the identity as an error although it has
 * written it; here that is a result like any other.
 */
final class Libsodium implements Oracle {

    /** The library that lazysodium brings along, never the system's. */
    static final Libsodium INSTANCE = new Libsodium(new SodiumJava(LibraryLoader.Mode.BUNDLED_ONLY));

    private final SodiumJava sodium;

    private Libsodium(SodiumJava sodium) {
        this.sodium = sodium;
    }

    @Override
    public boolean isElement(byte[] encoding) {
        return sodium.crypto_core_ristretto255_is_valid_point(encoding) == 1;
    }

    @Override
    public byte[] add(byte[] element, byte[] other) {
        byte[] result = new byte[32];
        requireSuccess(sodium.crypto_core_ristretto255_add(result, element, other));
        return result;
    }

    @Override
    public byte[] multiply(byte[] scalar, byte[] element) {
        if (!isElement(element)) {
            throw new IllegalArgumentException("not an element");
        }
        byte[] result = new byte[32];
        sodium.crypto_scalarmult_ristretto255(result, scalar, element);
        return result;
    }

    @Override
    public byte[] multiplyGenerator(byte[] scalar) {
        byte[] result = new byte[32];
        sodium.crypto_scalarmult_ristretto255_base(result, scalar);
        return result;
    }

    @Override
    public byte[] fromUniformBytes(byte[] bytes) {
        byte[] result = new byte[32];
        requireSuccess(sodium.crypto_core_ristretto255_from_hash(result, bytes));
        return result;
    }

    @Override
    public byte[] reduceScalar(byte[] wide) {
        byte[] result = new byte[32];
        sodium.crypto_core_ristretto255_scalar_reduce(result, wide.clone());
        return result;
    }

    @Override
    public byte[] addScalars(byte[] scalar, byte[] other) {
        byte[] result = new byte[32];
        sodium.crypto_core_ristretto255_scalar_add(result, scalar, other);
        return result;
    }

    @Override
    public byte[] multiplyScalars(byte[] scalar, byte[] other) {
        byte[] result = new byte[32];
        sodium.crypto_core_ristretto255_scalar_mul(result, scalar, other);
        return result;
    }

    byte[] invertScalar(byte[] scalar) {
        byte[] result = new byte[32];
        requireSuccess(sodium.crypto_core_ristretto255_scalar_invert(result, scalar));
        return result;
    }

    @Override
    public String toString() {
        return "libsodium";
    }

    private static void requireSuccess(int code) {
        if (code != 0) {
            throw new IllegalArgumentException("libsodium refuses the input");
        }
    }
}
