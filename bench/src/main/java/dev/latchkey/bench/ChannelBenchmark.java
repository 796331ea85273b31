package dev.latchkey.bench;

import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.ChannelKeys;
import dev.latchkey.protocol.Direction;
import dev.latchkey.protocol.IntegrityException;
import dev.latchkey.protocol.InvalidInputException;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.Transcript;
import dev.latchkey.protocol.wire.SessionKind;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Sealing and opening one message of a session. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ChannelBenchmark {

    private static final KsfParameters KSF = new KsfParameters(19456, 2, 1);

    /** Of the body, in bytes. */
    @Param({"128", "65536"})
    public int size;

    private final SecureRandom random = new SecureRandom();
    private final SessionId id = SessionId.random(random);
    private ChannelKeys keys;
    private byte[] body;
    private byte[] sealed;

    @Setup
    public void derive() throws InvalidInputException {
        Transcript transcript = Transcript.of(
                AccountName.of("rosa"),
                SessionKind.SESSION_KIND_REQUEST,
                KSF,
                new byte[96],
                new byte[320],
                new byte[64]);
        try (SecretBytes sessionKey = SecretBytes.random(64, random)) {
            keys = ChannelKeys.derive(sessionKey, id, transcript);
        }
        body = new byte[size];
        random.nextBytes(body);
        sealed = seal();
    }

    @Benchmark
    public byte[] seal() {
        return keys.seal(Direction.CLIENT_TO_SERVER, id, 1, body, random);
    }

    @Benchmark
    public byte[] open() throws IntegrityException {
        return keys.open(Direction.CLIENT_TO_SERVER, id, sealed).body();
    }
}
