package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;

/** The text form of certificates and keys (RFC 7468). */
final class Pem {

    private static final int LINE = 64;

    private Pem() {}

    static byte[] of(X509Certificate certificate) {
        try {
            return encode("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate that has no encoding", e);
        }
    }

    /** PKCS#8, not encrypted; the caller wipes the result. */
    static byte[] of(PrivateKey key) {
        byte[] encoded = key.getEncoded();
        try {
            return encode("PRIVATE KEY", encoded);
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    private static byte[] encode(String what, byte[] content) {
        byte[] base64 = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encode(content);
        ByteArrayOutputStream pem = new ByteArrayOutputStream(base64.length + 2 * LINE);
        pem.writeBytes(("-----BEGIN " + what + "-----\n").getBytes(US_ASCII));
        pem.writeBytes(base64);
        pem.writeBytes(("\n-----END " + what + "-----\n").getBytes(US_ASCII));
        Arrays.fill(base64, (byte) 0);
        return pem.toByteArray();
    }
}
