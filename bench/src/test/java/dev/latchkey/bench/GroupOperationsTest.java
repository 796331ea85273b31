package dev.latchkey.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.opaque.ClientLogin;
import dev.latchkey.opaque.Ke3;
import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.opaque.ServerLogin;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How many group operations OPAQUE takes at the server: what it costs is little else. */
class GroupOperationsTest {

    private static final String GROUP = "dev.latchkey.opaque.ristretto.";

    @BeforeAll
    static void weave() {
        CountedCalls.of(GROUP + "RistrettoEncoding", "decode");
        CountedCalls.of(GROUP + "RistrettoEncoding", "encode");
        CountedCalls.of(GROUP + "MultiplicationTable", "multiply");
        CountedCalls.of(GROUP + "MultiplicationTable", "forOne");
        CountedCalls.of(GROUP + "MultiplicationTable", "forSeveral");
        CountedCalls.of(GROUP + "GeneratorTable", "multiply");
        CountedCalls.of(GROUP + "RistrettoMap", "fromUniformBytes");
    }

    @Test
    void registration_atTheServer_multipliesOnce() throws OpaqueException {
        try (OpaqueAccount account = new OpaqueAccount()) {
            byte[] request = account.request();
            CountedCalls.take();

            account.respond(request);

            assertThat(CountedCalls.take())
                    .isEqualTo(Map.of(
                            "RistrettoEncoding.decode", 1L,
                            "RistrettoEncoding.encode", 1L,
                            "MultiplicationTable.forOne", 1L,
                            "MultiplicationTable.multiply", 1L));
        }
    }

    @Test
    void login_atTheServer_takesWhatTheBenchmarkSumsUp() throws OpaqueException {
        try (OpaqueAccount account = new OpaqueAccount();
                ClientLogin login = account.start()) {
            byte[] ke1 = login.ke1().toByteArray();
            CountedCalls.take();

            try (ServerLogin answer = account.answer(ke1)) {
                byte[] ke2 = answer.ke2().toByteArray();
                Map<String, Long> forKe2 = CountedCalls.take();
                byte[] ke3 = account.finish(login, ke2);
                CountedCalls.take();
                answer.finish(Ke3.parse(ke3)).close();

                assertThat(forKe2)
                        .isEqualTo(new TreeMap<>(Map.of(
                                "RistrettoEncoding.decode", (long) OpaqueLoginRow.DECODINGS,
                                "RistrettoEncoding.encode", (long) OpaqueLoginRow.ENCODINGS,
                                // The OPRF and dh3 each by itself, dh1 and dh2 by one table.
                                "MultiplicationTable.forOne", 2L,
                                "MultiplicationTable.forSeveral", 1L,
                                "MultiplicationTable.multiply", 4L,
                                "GeneratorTable.multiply", 1L)));
                assertThat(CountedCalls.take()).isEmpty();
            }
        }
    }
}
