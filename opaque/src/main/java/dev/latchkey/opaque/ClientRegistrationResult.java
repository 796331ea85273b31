package dev.latchkey.opaque;

/** What a registration gives the client; its secrets are wiped when it is closed. */
public final class ClientRegistrationResult implements AutoCloseable {

    private final RegistrationRecord record;
    private final SecretBytes exportKey;
    private final byte[] serverPublicKey;

    ClientRegistrationResult(RegistrationRecord record, SecretBytes exportKey, byte[] serverPublicKey) {
        this.record = record;
        this.exportKey = exportKey;
        this.serverPublicKey = serverPublicKey;
    }

    /** For the server, over a channel that is private and authenticated; closed with this result. */
    public RegistrationRecord record() {
        return record;
    }

    /** {@code export_key}, 64 bytes that the server never learns; closed with this result. */
    public SecretBytes exportKey() {
        return exportKey;
    }

    /** The server's public key, which the record pins; a new array at each call. */
    public byte[] serverPublicKey() {
        return serverPublicKey.clone();
    }

    /** Wipes the record and the export key; closing again does nothing. */
    @Override
    public void close() {
        record.close();
        exportKey.close();
    }
}
