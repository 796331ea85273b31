package dev.latchkey.server;

import dev.latchkey.server.ServerStartException.Reason;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.EnumSet;
import java.util.Set;

/** The server's certificate and key, looked at before they are used. TLS 1.3 and nothing older. */
final class TlsFiles {
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private TlsFiles() {}

    static ServerTls load(Path certificate, Path key, Clock clock) throws ServerStartException {
        Instant notAfter = requireCertificateValid(certificate, clock);
        requireOwnerOnly(key);
        try (InputStream chain = Files.newInputStream(certificate);
                InputStream privateKey = Files.newInputStream(key)) {
            SslContext context = GrpcSslContexts.configure(SslContextBuilder.forServer(chain, privateKey))
                    .protocols("TLSv1.3")
                    .build();
            return new ServerTls(context, notAfter);
        } catch (IOException | IllegalArgumentException unusable) {
            throw refuse(
                    Reason.CERTIFICATE,
                    "The certificate " + certificate + " and the key " + key
                            + " can't be used together. Both must be PEM, the key PKCS#8 without a password.",
                    unusable);
        }
    }

    /** @return when the first of the chain is over */
    private static Instant requireCertificateValid(Path certificate, Clock clock) throws ServerStartException {
        try (InputStream in = Files.newInputStream(certificate)) {
            Collection<? extends Certificate> chain =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (chain.isEmpty()) {
                throw new CertificateException("no certificate in the file");
            }
            Instant first = Instant.MAX;
            for (Certificate link : chain) {
                ((X509Certificate) link).checkValidity(Date.from(clock.instant()));
                Instant notAfter = ((X509Certificate) link).getNotAfter().toInstant();
                first = notAfter.isBefore(first) ? notAfter : first;
            }
            return first;
        } catch (CertificateExpiredException expired) {
            throw refuse(
                    Reason.CERTIFICATE,
                    "The certificate " + certificate + " has expired. Put a renewed one in its place and start again.",
                    expired);
        } catch (IOException | CertificateException unreadable) {
            throw refuse(
                    Reason.CERTIFICATE,
                    "The certificate " + certificate + " can't be read, or is not valid yet.",
                    unreadable);
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
