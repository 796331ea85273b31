package dev.latchkey.bench;

import com.goterl.lazysodium.SodiumJava;
import com.goterl.lazysodium.utils.LibraryLoader;
import dev.latchkey.opaque.ristretto.Element;
import dev.latchkey.opaque.ristretto.MultiplicationTable;
import dev.latchkey.opaque.ristretto.Scalar;
import java.security.SecureRandom;

/** What the server does for a login (KE2 and ServerFinish) beside its own group operations and beside other libraries. */
final class OpaqueLoginRow implements Row {

    private static final int LOGINS = 20;
    private static final int PEER_LOGINS = 10;
    private static final int OPERATIONS = 100;

    private static final double TIMES_GROUP = 1.35;
    private static final double TIMES_SERENITY = 3.5;
    private static final double TIMES_LIBSODIUM = 8.0;

    /** Of one login: KE1's two elements and the record's; both public values of KE2 and the three Diffie-Hellman values. */
    static final int DECODINGS = 3;

    static final int ENCODINGS = 5;

    @Override
    public String name() {
        return "opaque-login";
    }

    @Override
    public String about() {
        return "OPAQUE login at the server (KE2 and finish), one core";
    }

    @Override
    public Finding measure(Bench bench) throws Exception {
        SecureRandom random = new SecureRandom();
        byte[] uniform = new byte[Element.UNIFORM_BYTES];
        random.nextBytes(uniform);
        Element element = Element.fromUniformBytes(uniform);
        byte[] encoded = element.encode();
        Scalar scalar = Scalar.random(random);
        Scalar other = Scalar.random(random);
        byte[] scalarBytes = scalar.encode();
        byte[] result = new byte[Element.BYTES];
        SodiumJava sodium = new SodiumJava(LibraryLoader.Mode.BUNDLED_ONLY);
        try (OpaqueAccount account = new OpaqueAccount();
                NodePeer peer = NodePeer.start(bench)) {
            Contest contest = new Contest()
                    .add("login", () -> login(account))
                    .add("decode", OPERATIONS, () -> Element.decode(encoded))
                    .add("encode", OPERATIONS, element::encode)
                    .add("multiply", OPERATIONS, () -> element.multiply(scalar))
                    .add("multiply twice", OPERATIONS, () -> multiplyTwice(element, scalar, other))
                    .add("multiply generator", OPERATIONS, () -> Element.multiplyGenerator(scalar))
                    .add(
                            "libsodium",
                            OPERATIONS,
                            () -> sodium.crypto_scalarmult_ristretto255(result, scalarBytes, encoded))
                    .add("serenity", () -> peer.loginMicros("serenity", PEER_LOGINS))
                    .add("cloudflare", () -> peer.loginMicros("cloudflare", 1))
                    .run(40, 61, bench);
            double group = DECODINGS * contest.median("decode")
                    + ENCODINGS * contest.median("encode")
                    + 2 * contest.median("multiply")
                    + contest.median("multiply twice")
                    + contest.median("multiply generator");
            return new Finding()
                    .atMost("times its group operations", contest.median("login") / group, TIMES_GROUP)
                    .atLeast(
                            "times the rate of @serenity-kit/opaque",
                            contest.ratio("serenity", "login"),
                            TIMES_SERENITY)
                    .atMost("times libsodium's multiplication", contest.ratio("login", "libsodium"), TIMES_LIBSODIUM)
                    .beside("times the rate of @cloudflare/opaque-ts (P-256)", contest.ratio("cloudflare", "login"))
                    .beside("login, µs", contest.median("login"))
                    .beside("its group operations, µs", group)
                    .beside("decode, µs", contest.median("decode"))
                    .beside("encode, µs", contest.median("encode"))
                    .beside("multiply, µs", contest.median("multiply"))
                    .beside("multiply twice by one table, µs", contest.median("multiply twice"))
                    .beside("multiply the generator, µs", contest.median("multiply generator"))
                    .beside("libsodium's multiplication, µs", contest.median("libsodium"))
                    .beside("@serenity-kit/opaque, µs", contest.median("serenity"))
                    .beside("@cloudflare/opaque-ts, µs", contest.median("cloudflare"));
        }
    }

    private static double login(OpaqueAccount account) throws Exception {
        long nanos = 0;
        for (int i = 0; i < LOGINS; i++) {
            nanos += account.login();
        }
        return nanos / 1e3 / LOGINS;
    }

    private static boolean multiplyTwice(Element element, Scalar one, Scalar other) {
        try (MultiplicationTable table = element.multiplicationTable()) {
            return table.multiply(one) == table.multiply(other);
        }
    }
}
