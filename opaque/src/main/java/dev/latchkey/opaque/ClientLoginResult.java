package dev.latchkey.opaque;

/** What a login gives the client once the server is authenticated; its secrets are wiped when it is closed. */
public final class ClientLoginResult implements AutoCloseable {

    private final Ke3 ke3;
    private final SecretBytes sessionKey;
    private final SecretBytes exportKey;
    private final byte[] serverPublicKey;

    ClientLoginResult(Ke3 ke3, SecretBytes sessionKey, SecretBytes exportKey, byte[] serverPublicKey) {
        this.ke3 = ke3;
        this.sessionKey = sessionKey;
        this.exportKey = exportKey;
        this.serverPublicKey = serverPublicKey;
    }

    /** What goes to the server. */
    public Ke3 ke3() {
        return ke3;
    }

    /** {@code session_key}, 64 bytes shared with the server; closed with this result. */
    public SecretBytes sessionKey() {
        return sessionKey;
    }

    /** {@code export_key}, the same 64 bytes as at registration; closed with this result. */
    public SecretBytes exportKey() {
        return exportKey;
    }

    /** The server's public key, pinned at registration; a new array at each call. */
    public byte[] serverPublicKey() {
        return serverPublicKey.clone();
    }

    /** Wipes both keys; closing again does nothing. */
    @Override
    public void close() {
        sessionKey.close();
        exportKey.close();
    }
}
