package dev.latchkey.opaque;

/** What both sides derive of the shared secret and the transcript (RFC 9807 §6.4.2). */
final class KeySchedule implements AutoCloseable {

    private static final byte[] NO_SALT = {};
    private static final byte[] NO_CONTEXT = {};

    private final SecretBytes serverMac;
    private final SecretBytes clientMac;
    private final SecretBytes sessionKey;

    private KeySchedule(SecretBytes serverMac, SecretBytes clientMac, SecretBytes sessionKey) {
        this.serverMac = serverMac;
        this.clientMac = clientMac;
        this.sessionKey = sessionKey;
    }

    /** DeriveKeys, and the MACs that both sides make with them. */
    static KeySchedule derive(SecretBytes ikm, Transcript transcript) {
        byte[] preambleHash = transcript.hash();
        // 1. prk = Extract("", ikm)
        // 2. handshake_secret = Derive-Secret(prk, "HandshakeSecret", Hash(preamble))
        // 4. Km2 = Derive-Secret(handshake_secret, "ServerMAC", "")
        // 5. Km3 = Derive-Secret(handshake_secret, "ClientMAC", "")
        try (SecretBytes prk = Hkdf.extract(NO_SALT, ikm);
                SecretBytes handshakeSecret = deriveSecret(prk, "HandshakeSecret", preambleHash);
                SecretBytes km2 = deriveSecret(handshakeSecret, "ServerMAC", NO_CONTEXT);
                SecretBytes km3 = deriveSecret(handshakeSecret, "ClientMAC", NO_CONTEXT)) {
            // server_mac = MAC(Km2, Hash(preamble))
            SecretBytes serverMac = HmacSha512.mac(km2, preambleHash);
            // client_mac = MAC(Km3, Hash(concat(preamble, server_mac)))
            SecretBytes clientMac = HmacSha512.mac(km3, transcript.hashWith(serverMac.exposed()));
            // 3. session_key = Derive-Secret(prk, "SessionKey", Hash(preamble))
            return new KeySchedule(serverMac, clientMac, deriveSecret(prk, "SessionKey", preambleHash));
        }
    }

    /** Derive-Secret (RFC 9807 §6.4.2.1), 64 bytes, which the caller closes. */
    static SecretBytes deriveSecret(SecretBytes secret, String label, byte[] context) {
        // struct { uint16 length = Length; opaque label<8..255> = "OPAQUE-" + Label; uint8 context<0..255> = Context; }
        byte[] fullLabel = Octets.ascii("OPAQUE-" + label);
        byte[] customLabel = Octets.concat(
                Octets.i2osp2(Hkdf.HASH_BYTES),
                new byte[] {(byte) fullLabel.length},
                fullLabel,
                new byte[] {(byte) context.length},
                context);
        return Hkdf.expand(secret, customLabel, Hkdf.HASH_BYTES);
    }

    SecretBytes serverMac() {
        return serverMac;
    }

    SecretBytes clientMac() {
        return clientMac;
    }

    SecretBytes sessionKey() {
        return sessionKey;
    }

    @Override
    public void close() {
        serverMac.close();
        clientMac.close();
        sessionKey.close();
    }
}
