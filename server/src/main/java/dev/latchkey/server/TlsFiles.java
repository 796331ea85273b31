package dev.latchkey.server;

import dev.latchkey.server.ServerStartException.Reason;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The server's certificate and key, looked at before they are used. TLS 1.3 and nothing older. */
final class TlsFiles {
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private static final byte[] TRIED = "latchkey/1 of one pair".getBytes(StandardCharsets.US_ASCII);

    private TlsFiles() {}

    static ServerTls load(Path certificate, Path key, Clock clock) throws ServerStartException {
        List<X509Certificate> chain = chain(certificate);
        Instant notAfter = requireValid(certificate, chain, clock);
        requireOwnerOnly(key);
        try (InputStream pem = Files.newInputStream(key)) {
            PrivateKey privateKey = CurrentTls.privateKey(pem);
            requirePair(chain.get(0), privateKey);
            SslContext context = GrpcSslContexts.configure(
                            SslContextBuilder.forServer(privateKey, chain.toArray(X509Certificate[]::new)))
                    .protocols("TLSv1.3")
                    .build();
            return new ServerTls(context, notAfter);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException unusable) {
            throw refuse(
                    Reason.CERTIFICATE,
                    "The certificate " + certificate + " and the key " + key
                            + " can't be used together. Both must be PEM, the key PKCS#8 without a password.",
                    unusable);
        }
    }

    private static List<X509Certificate> chain(Path certificate) throws ServerStartException {
        try (InputStream in = Files.newInputStream(certificate)) {
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate link : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                chain.add((X509Certificate) link);
            }
            if (chain.isEmpty()) {
                throw new CertificateException("no certificate in the file");
            }
            return chain;
        } catch (IOException | CertificateException unreadable) {
            throw unreadable(certificate, unreadable);
        }
    }

    /** @return when the first of the chain is over */
    private static Instant requireValid(Path certificate, List<X509Certificate> chain, Clock clock)
            throws ServerStartException {
        Instant first = Instant.MAX;
        try {
            for (X509Certificate link : chain) {
                link.checkValidity(Date.from(clock.instant()));
                Instant notAfter = link.getNotAfter().toInstant();
                first = notAfter.isBefore(first) ? notAfter : first;
            }
            return first;
        } catch (CertificateExpiredException expired) {
            throw refuse(
                    Reason.CERTIFICATE,
                    "The certificate " + certificate + " has expired. Put a renewed one in its place and start again.",
                    expired);
        } catch (CertificateException notYet) {
            throw unreadable(certificate, notYet);
        }
    }

    private static ServerStartException unreadable(Path certificate, Exception cause) {
        return refuse(
                Reason.CERTIFICATE, "The certificate " + certificate + " can't be read, or is not valid yet.", cause);
    }

    /** The transport would notice only when a client comes. */
    private static void requirePair(X509Certificate certificate, PrivateKey key) throws GeneralSecurityException {
        Optional<String> algorithm = switch (certificate.getPublicKey().getAlgorithm()) {
            case "EC" -> Optional.of("SHA256withECDSA");
            case "RSA" -> Optional.of("SHA256withRSA");
            case "EdDSA", "Ed25519" -> Optional.of("EdDSA");
            default -> Optional.empty();
        };
        if (algorithm.isPresent() && !isPair(certificate, key, algorithm.get())) {
            throw new KeyException("the key is another certificate's");
        }
    }

    private static boolean isPair(X509Certificate certificate, PrivateKey key, String algorithm)
            throws GeneralSecurityException {
        Signature signing = Signature.getInstance(algorithm);
        signing.initSign(ofPlatform(key, certificate.getPublicKey().getAlgorithm()));
        signing.update(TRIED);
        Signature verifying = Signature.getInstance(algorithm);
        verifying.initVerify(certificate.getPublicKey());
        verifying.update(TRIED);
        return verifying.verify(signing.sign());
    }

    /** Who has read the key may have a kind of its own, which the platform does not sign with. */
    private static PrivateKey ofPlatform(PrivateKey key, String algorithm) throws GeneralSecurityException {
        byte[] encoded = key.getEncoded();
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    /** Where the file system knows no permissions of this kind there is nothing to check. */
    private static void requireOwnerOnly(Path key) throws ServerStartException {
        try {
            if (Files.getFileStore(key).supportsFileAttributeView("posix")
                    && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(key))) {
                throw refuse(
                        Reason.OPEN_PERMISSIONS,
                        "The key file " + key + " can be read or changed by others. Allow only its owner: chmod 600 "
                                + key,
                        null);
            }
        } catch (IOException unreadable) {
            throw refuse(Reason.CERTIFICATE, "The key file " + key + " can't be read.", unreadable);
        }
    }

    private static ServerStartException refuse(Reason reason, String sentence, Throwable cause) {
        return new ServerStartException(reason, sentence, cause);
    }
}
