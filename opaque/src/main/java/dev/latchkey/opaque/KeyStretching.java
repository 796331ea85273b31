package dev.latchkey.opaque;

/** The KSF of RFC 9807 §2.3. */
@FunctionalInterface
interface KeyStretching {

    /**
     * Stretch.
     *
     * @param oprfOutput 64 bytes, still the caller's
     * @return 64 bytes, which the caller closes
     */
    SecretBytes stretch(SecretBytes oprfOutput, KsfParameters parameters);
}
