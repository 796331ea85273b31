package dev.latchkey.bench;

import com.goterl.lazysodium.SodiumJava;
import com.goterl.lazysodium.utils.LibraryLoader;
import dev.latchkey.opaque.ristretto.Element;
import dev.latchkey.opaque.ristretto.InvalidEncodingException;
import dev.latchkey.opaque.ristretto.MultiplicationTable;
import dev.latchkey.opaque.ristretto.Scalar;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The primitives of ristretto255, and libsodium's beside those that it offers in one call, from bytes to bytes.
 *
 * <p>Each call into libsodium includes what JNA takes for it, about 0.3 µs.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class RistrettoBenchmark {

    private final SodiumJava sodium = new SodiumJava(LibraryLoader.Mode.BUNDLED_ONLY);
    private final byte[] sodiumResult = new byte[Element.BYTES];

    private Scalar scalar;
    private Scalar other;
    private Element element;
    private byte[] scalarBytes;
    private byte[] elementBytes;
    private byte[] uniformBytes;

    /** Draws the operands anew for every iteration. */
    @Setup
    public void draw() {
        SecureRandom random = new SecureRandom();
        uniformBytes = new byte[Element.UNIFORM_BYTES];
        random.nextBytes(uniformBytes);
        scalar = Scalar.random(random);
        other = Scalar.random(random);
        element = Element.fromUniformBytes(uniformBytes);
        scalarBytes = scalar.encode();
        elementBytes = element.encode();
    }

    @Benchmark
    public Element decode() throws InvalidEncodingException {
        return Element.decode(elementBytes);
    }

    @Benchmark
    public byte[] encode() {
        return element.encode();
    }

    @Benchmark
    public Element multiply() {
        return element.multiply(scalar);
    }

    /** What one table for two multiplications of the same element takes: the server's 3DH. */
    @Benchmark
    public boolean multiplyTwiceByOneTable() {
        try (MultiplicationTable table = element.multiplicationTable()) {
            return table.multiply(scalar) == table.multiply(other);
        }
    }

    @Benchmark
    public Element multiplyGenerator() {
        return Element.multiplyGenerator(scalar);
    }

    @Benchmark
    public Element fromUniformBytes() {
        return Element.fromUniformBytes(uniformBytes);
    }

    @Benchmark
    public Scalar multiplyScalars() {
        return scalar.multiply(other);
    }

    @Benchmark
    public Scalar invertScalar() {
        return scalar.invert();
    }

    @Benchmark
    public byte[] bytesMultiply() throws InvalidEncodingException {
        return Element.decode(elementBytes).multiply(scalar).encode();
    }

    @Benchmark
    public byte[] bytesMultiplyByLibsodium() {
        sodium.crypto_scalarmult_ristretto255(sodiumResult, scalarBytes, elementBytes);
        return sodiumResult;
    }

    @Benchmark
    public byte[] bytesMultiplyGenerator() {
        return Element.multiplyGenerator(scalar).encode();
    }

    @Benchmark
    public byte[] bytesMultiplyGeneratorByLibsodium() {
        sodium.crypto_scalarmult_ristretto255_base(sodiumResult, scalarBytes);
        return sodiumResult;
    }

    @Benchmark
    public byte[] bytesFromUniformBytes() {
        return Element.fromUniformBytes(uniformBytes).encode();
    }

    @Benchmark
    public byte[] bytesFromUniformBytesByLibsodium() {
        sodium.crypto_core_ristretto255_from_hash(sodiumResult, uniformBytes);
        return sodiumResult;
    }

    @Benchmark
    public byte[] bytesInvertScalarByLibsodium() {
        sodium.crypto_core_ristretto255_scalar_invert(sodiumResult, scalarBytes);
        return sodiumResult;
    }
}
