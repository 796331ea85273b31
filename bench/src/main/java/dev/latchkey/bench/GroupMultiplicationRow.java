package dev.latchkey.bench;

import com.goterl.lazysodium.SodiumJava;
import com.goterl.lazysodium.utils.LibraryLoader;
import dev.latchkey.opaque.ristretto.Element;
import dev.latchkey.opaque.ristretto.Scalar;
import java.security.SecureRandom;

/** The multiplication of an element, from bytes to bytes, beside libsodium's. */
final class GroupMultiplicationRow implements Row {

    private static final int BATCH = 200;
    private static final double LIMIT = 1.4;

    @Override
    public String name() {
        return "group-multiplication";
    }

    @Override
    public String about() {
        return "variable-base multiplication with decode and encode, beside libsodium's";
    }

    @Override
    public Finding measure(Bench bench) throws Exception {
        SecureRandom random = new SecureRandom();
        byte[] uniform = new byte[Element.UNIFORM_BYTES];
        random.nextBytes(uniform);
        byte[] element = Element.fromUniformBytes(uniform).encode();
        Scalar scalar = Scalar.random(random);
        byte[] scalarBytes = scalar.encode();
        byte[] result = new byte[Element.BYTES];
        SodiumJava sodium = new SodiumJava(LibraryLoader.Mode.BUNDLED_ONLY);
        Contest contest = new Contest()
                .add(
                        "ours",
                        BATCH,
                        () -> Element.decode(element).multiply(scalar).encode())
                .add("libsodium", BATCH, () -> sodium.crypto_scalarmult_ristretto255(result, scalarBytes, element))
                .add(
                        "ours, generator",
                        BATCH,
                        () -> Element.multiplyGenerator(scalar).encode())
                .add(
                        "libsodium, generator",
                        BATCH,
                        () -> sodium.crypto_scalarmult_ristretto255_base(result, scalarBytes))
                .run(30, 101, bench);
        return new Finding()
                .atMost("times libsodium", contest.ratio("ours", "libsodium"), LIMIT)
                .beside("ours, µs", contest.median("ours"))
                .beside("libsodium, µs", contest.median("libsodium"))
                .beside("generator, times libsodium", contest.ratio("ours, generator", "libsodium, generator"));
    }
}
