package dev.latchkey.opaque;

import dev.latchkey.opaque.OpaqueException.Reason;
import dev.latchkey.opaque.ristretto.Element;
import dev.latchkey.opaque.ristretto.MultiplicationTable;
import java.util.Arrays;

/** The three Diffie-Hellman values of both sides (RFC 9807 §6.4.3 and §6.4.4). */
final class TripleDh {

    private TripleDh() {}

    /** The client's {@code ikm}, 96 bytes, which the caller closes. */
    static SecretBytes client(KeyPair ephemeral, KeyPair longTerm, Element serverKeyshare, Element serverPublicKey)
            throws OpaqueException {
        try (MultiplicationTable keyshare = serverKeyshare.multiplicationTable();
                // 1. dh1 = DiffieHellman(client_secret, server_public_keyshare)
                Element dh1 = keyshare.multiply(ephemeral.privateKey());
                // 2. dh2 = DiffieHellman(client_secret, server_public_key)
                Element dh2 = serverPublicKey.multiply(ephemeral.privateKey());
                // 3. dh3 = DiffieHellman(client_private_key, server_public_keyshare)
                Element dh3 = keyshare.multiply(longTerm.privateKey())) {
            return ikm(dh1, dh2, dh3);
        }
    }

    /** The server's {@code ikm}, 96 bytes, which the caller closes. */
    static SecretBytes server(KeyPair ephemeral, KeyPair longTerm, Element clientKeyshare, Element clientPublicKey)
            throws OpaqueException {
        try (MultiplicationTable keyshare = clientKeyshare.multiplicationTable();
                // 1. dh1 = DiffieHellman(server_private_keyshare, client_public_keyshare)
                Element dh1 = keyshare.multiply(ephemeral.privateKey());
                // 2. dh2 = DiffieHellman(server_private_key, client_public_keyshare)
                Element dh2 = keyshare.multiply(longTerm.privateKey());
                // 3. dh3 = DiffieHellman(server_private_keyshare, client_public_key)
                Element dh3 = clientPublicKey.multiply(ephemeral.privateKey())) {
            return ikm(dh1, dh2, dh3);
        }
    }

    /** 4. ikm = concat(dh1, dh2, dh3). */
    private static SecretBytes ikm(Element... values) throws OpaqueException {
        SecretBytes ikm = SecretBytes.allocate(values.length * Element.BYTES);
        int at = 0;
        for (Element value : values) {
            // "validation MUST ensure the Diffie-Hellman shared secret is not the point at infinity" (§10.7). It
            // can't be here, as every element was checked and no scalar is zero; the rule is cheap to keep.
            if (value.isIdentity()) {
                ikm.close();
                throw new OpaqueException(Reason.MALFORMED);
            }
            byte[] encoded = value.encode();
            System.arraycopy(encoded, 0, ikm.exposed(), at, encoded.length);
            Arrays.fill(encoded, (byte) 0);
            at += encoded.length;
        }
        return ikm;
    }
}
