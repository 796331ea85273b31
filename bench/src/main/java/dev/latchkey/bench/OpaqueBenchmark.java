package dev.latchkey.bench;

import dev.latchkey.opaque.ClientLogin;
import dev.latchkey.opaque.Ke3;
import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.opaque.ServerLogin;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The parts of a registration and a login, from bytes to bytes, each side by itself; passwords are hardly stretched. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class OpaqueBenchmark {

    private OpaqueAccount account;
    private byte[] request;
    private byte[] ke1;

    /** Makes the account and what arrives at the server. */
    @Setup(Level.Iteration)
    public void register() throws OpaqueException {
        account = new OpaqueAccount();
        request = account.request();
        try (ClientLogin login = account.start()) {
            ke1 = login.ke1().toByteArray();
        }
    }

    @TearDown(Level.Iteration)
    public void close() {
        account.close();
    }

    @Benchmark
    public byte[] serverRegistration() throws OpaqueException {
        return account.respond(request);
    }

    @Benchmark
    public byte[] serverKe2() throws OpaqueException {
        try (ServerLogin login = account.answer(ke1)) {
            return login.ke2().toByteArray();
        }
    }

    @Benchmark
    public byte[] clientKe1() {
        try (ClientLogin login = account.start()) {
            return login.ke1().toByteArray();
        }
    }

    /** Both sides of one login, KE1 to ServerFinish. */
    @Benchmark
    public boolean bothSidesOfALogin() throws OpaqueException {
        try (ClientLogin login = account.start();
                ServerLogin answer = account.answer(login.ke1().toByteArray())) {
            byte[] ke3 = account.finish(login, answer.ke2().toByteArray());
            try (SecretBytes sessionKey = answer.finish(Ke3.parse(ke3))) {
                return sessionKey.length() > 0;
            }
        }
    }
}
