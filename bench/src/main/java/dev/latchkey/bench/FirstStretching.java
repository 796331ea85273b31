package dev.latchkey.bench;

import dev.latchkey.opaque.KsfParameters;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** Stretches once, at the parameters of accounts, in a process that does nothing else, and prints the nanoseconds it took. */
public final class FirstStretching {

    private FirstStretching() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        KsfParameters parameters = KsfParameters.DEFAULT;
        long start = System.nanoTime();
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(parameters.memoryKib())
                .withIterations(parameters.iterations())
                .withParallelism(parameters.parallelism())
                .withSalt(new byte[16])
                .build());
        generator.generateBytes(new byte[64], new byte[64]);
        System.out.println(System.nanoTime() - start);
    }
}
