package dev.latchkey.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.gson.JsonObject;
import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.protocol.wire.SessionKind;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What both sides must have heard alike. */
class TranscriptTest {

    private final KsfParameters ksf = new KsfParameters(65536, 3, 4);
    private final byte[] ke1 = new byte[96];
    private final byte[] ke2 = new byte[320];
    private final byte[] ke3 = new byte[64];

    @ParameterizedTest
    @MethodSource("dev.latchkey.protocol.ChannelKeysTest#sessions")
    void hash_transcriptOfTheVector_givesItsHash(JsonObject vector) throws Exception {
        assertThat(ChannelKeysTest.transcript(vector).hash()).isEqualTo(Vectors.bytes(vector, "transcript_hash"));
    }

    @Test
    void hash_anyPartChanged_isAnother() throws Exception {
        AccountName name = AccountName.of("alice");
        SessionKind kind = SessionKind.SESSION_KIND_REQUEST;
        byte[] one = {1};
        List<Transcript> all = List.of(
                Transcript.of(name, kind, ksf, ke1, ke2, ke3),
                Transcript.of(AccountName.of("alicf"), kind, ksf, ke1, ke2, ke3),
                Transcript.of(name, SessionKind.SESSION_KIND_ACCOUNT, ksf, ke1, ke2, ke3),
                Transcript.of(name, kind, new KsfParameters(65537, 3, 4), ke1, ke2, ke3),
                Transcript.of(name, kind, new KsfParameters(65536, 4, 4), ke1, ke2, ke3),
                Transcript.of(name, kind, new KsfParameters(65536, 3, 3), ke1, ke2, ke3),
                Transcript.of(name, kind, ksf, Octets.concat(new byte[95], one), ke2, ke3),
                Transcript.of(name, kind, ksf, ke1, Octets.concat(new byte[319], one), ke3),
                Transcript.of(name, kind, ksf, ke1, ke2, Octets.concat(new byte[63], one)));

        assertThat(all.stream().map(transcript -> ByteBuffer.wrap(transcript.hash())))
                .doesNotHaveDuplicates();
    }

    @Test
    void of_messageOfAnotherLength_isACallersBug() throws Exception {
        AccountName name = AccountName.of("alice");
        SessionKind kind = SessionKind.SESSION_KIND_REQUEST;

        assertThatIllegalArgumentException().isThrownBy(() -> Transcript.of(name, kind, ksf, new byte[95], ke2, ke3));
        assertThatIllegalArgumentException().isThrownBy(() -> Transcript.of(name, kind, ksf, ke1, new byte[321], ke3));
        assertThatIllegalArgumentException().isThrownBy(() -> Transcript.of(name, kind, ksf, ke1, ke2, new byte[0]));
    }

    @ParameterizedTest
    @EnumSource(
            value = SessionKind.class,
            names = {"SESSION_KIND_UNSPECIFIED", "UNRECOGNIZED"})
    void of_noKind_isACallersBug(SessionKind none) throws Exception {
        AccountName name = AccountName.of("alice");

        assertThatIllegalArgumentException().isThrownBy(() -> Transcript.of(name, none, ksf, ke1, ke2, ke3));
    }
}
