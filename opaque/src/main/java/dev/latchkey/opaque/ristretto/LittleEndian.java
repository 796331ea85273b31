package dev.latchkey.opaque.ristretto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Eight bytes as one {@code long}, the least significant first, as every encoding of RFC 9496 has them. */
final class LittleEndian {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private LittleEndian() {}

    static long load(byte[] bytes, int offset) {
        return (long) LONGS.get(bytes, offset);
    }

    static void store(long value, byte[] bytes, int offset) {
        LONGS.set(bytes, offset, value);
    }
}
