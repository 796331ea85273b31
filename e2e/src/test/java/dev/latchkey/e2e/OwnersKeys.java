package dev.latchkey.e2e;

import dev.latchkey.opaque.Hkdf;
import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.LabelTag;
import dev.latchkey.protocol.wire.ListSecrets;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.RetrieveStorageKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The keys between an owner's password and their secrets, which the client library shows to nobody: computed once more,
 * from the password, what the server keeps, and what the owner's source of randomness gave.
 */
final class OwnersKeys {
    private static final int PAD_FROM = 1;
    private static final int PAD_TO = 33;

    private final RawSession session;

    private OwnersKeys(RawSession session) {
        this.session = session;
    }

    static OwnersKeys of(RawClient client, String account, String password) throws OpaqueException {
        return new OwnersKeys(client.logIn(account, password));
    }

    byte[] userId() {
        return session.user().toByteArray();
    }

    byte[] exportKey() {
        return session.exportKey().copyBytes();
    }

    /** What the pad turns into the {@link #encryptionKey}. */
    byte[] hashOfExportKey() {
        return Hashes.sha3_256(new byte[] {14}, RawClient.utf8("encryption key"), new byte[] {64}, exportKey());
    }

    /** What the storage key is encrypted under. */
    byte[] encryptionKey() {
        byte[] envelope = session.call(Request.newBuilder()
                        .setRetrieveStorageKey(RetrieveStorageKey.getDefaultInstance())
                        .build())
                .getStorageKeyRetrieved()
                .getEncryptedStorageKey()
                .toByteArray();
        byte[] pad = Arrays.copyOfRange(envelope, PAD_FROM, PAD_TO);
        byte[] key = hashOfExportKey();
        for (int i = 0; i < key.length; i++) {
            key[i] ^= pad[i];
        }
        return key;
    }

    /** The one of the owner's random values that makes of the label what the server stored. */
    byte[] storageKey(Path recorded, String label) throws IOException {
        byte[] labelTag = session.call(Request.newBuilder()
                        .setListSecrets(ListSecrets.newBuilder().setLimit(1))
                        .build())
                .getSecretsListed()
                .getSecrets(0)
                .getLabelTag()
                .toByteArray();
        List<byte[]> drawn = RecordedRandom.read(recorded);
        return drawn.stream()
                .filter(key -> Arrays.equals(labelTag(key, label), labelTag))
                .findAny()
                .orElseThrow(() -> new AssertionError("the storage key is none of the " + drawn.size() + " values"));
    }

    private static byte[] labelTag(byte[] storageKey, String label) {
        try (SecretBytes key = SecretBytes.copyOf(storageKey);
                SecretBytes tag = Hkdf.derive(key, RawClient.utf8("latchkey/1 label" + label), LabelTag.BYTES)) {
            return tag.copyBytes();
        }
    }
}
