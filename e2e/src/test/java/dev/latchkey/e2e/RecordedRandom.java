package dev.latchkey.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Random bytes, of which every 32 that were drawn at once are written to a file: a storage key is among them. Masked, so that
 * neither file nor memory shows them.
 */
final class RecordedRandom extends SecureRandom {
    private static final long serialVersionUID = 1;
    private static final int RECORDED_BYTES = 32;
    private static final byte MASK = 0x77;

    private final transient Path file;

    RecordedRandom(Path file) {
        this.file = file;
    }

    @Override
    public void nextBytes(byte[] bytes) {
        super.nextBytes(bytes);
        if (bytes.length == RECORDED_BYTES) {
            byte[] masked = new byte[RECORDED_BYTES];
            mask(bytes, masked);
            try {
                Files.write(file, masked, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** What was drawn, in order. */
    static List<byte[]> read(Path file) throws IOException {
        byte[] all = Files.readAllBytes(file);
        List<byte[]> drawn = new ArrayList<>();
        for (int from = 0; from < all.length; from += RECORDED_BYTES) {
            byte[] bytes = new byte[RECORDED_BYTES];
            mask(Arrays.copyOfRange(all, from, from + RECORDED_BYTES), bytes);
            drawn.add(bytes);
        }
        return drawn;
    }

    private static void mask(byte[] from, byte[] to) {
        for (int i = 0; i < from.length; i++) {
            to[i] = (byte) (from[i] ^ MASK);
        }
    }
}
