package dev.latchkey.e2e.interop;

/**
 * A server's long-term secrets, in the form of the foreign library: {@code oprf_seed ‖ server private key ‖ private key for
 * fake records}. Both servers work from the same, so that each can serve the other's accounts.
 */
record Setup(String hex, String publicKey) {

    static final String CREDENTIAL_IDENTIFIER = "0d6a52b0-5f0b-4b5e-9d5f-0c3c7c7c1d11";

    String oprfSeed() {
        return hex.substring(0, 128);
    }

    String serverPrivateKey() {
        return hex.substring(128, 192);
    }
}
