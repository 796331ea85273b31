package dev.latchkey.opaque;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** Argon2id version 0x13 with a salt of 16 zero bytes and an output of 64 (RFC 9807 §7, RFC 9106). */
final class Argon2id implements KeyStretching {

    private static final int OUTPUT_BYTES = 64;

    /** The OPRF output is its own salt, so RFC 9807 §7 has zeroes(16) here. */
    private static final byte[] SALT = new byte[16];

    @Override
    public SecretBytes stretch(SecretBytes oprfOutput, KsfParameters parameters) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(parameters.memoryKib())
                .withIterations(parameters.iterations())
                .withParallelism(parameters.parallelism())
                .withSalt(SALT)
                .build());
        SecretBytes stretched = SecretBytes.allocate(OUTPUT_BYTES);
        generator.generateBytes(oprfOutput.exposed(), stretched.exposed());
        return stretched;
    }
}
