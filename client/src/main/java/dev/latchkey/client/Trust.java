package dev.latchkey.client;

import dev.latchkey.client.KeyClientException.Reason;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Which certification authorities vouch for a server: those of the system, or those of one file and no others. */
final class Trust {

    /** Far more than a bundle of every public authority takes. */
    private static final int MAX_PEM_BYTES = 1 << 20;

    private static final String TLS_1_3 = "TLSv1.3";

    private final X509Certificate[] authorities;

    private Trust(X509Certificate[] authorities) {
        this.authorities = authorities;
    }

    /** The authorities that the Java platform trusts. */
    static Trust ofSystem() {
        return new Trust(null);
    }

    /** The certificates of a PEM file, read now; nothing else is trusted. */
    static Trust ofFile(Path pemFile) throws KeyClientException {
        Collection<? extends java.security.cert.Certificate> certificates;
        try {
            certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(read(pemFile)));
        } catch (IOException e) {
            throw unusable(pemFile, "can't be read", e);
        } catch (CertificateException e) {
            throw unusable(pemFile, "holds something that is no certificate in PEM form", e);
        }
        if (certificates.isEmpty()) {
            throw unusable(pemFile, "holds no certificate", null);
        }
        return new Trust(certificates.toArray(X509Certificate[]::new));
    }

    /** TLS 1.3 and nothing older; the platform's own provider, so that no native library takes part. */
    SslContext sslContext(PinnedAuthority pinned) {
        try {
            return GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
                    .protocols(TLS_1_3)
                    .trustManager(new PinnedTrust(platform(), pinned))
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("every Java platform since version 11 offers TLS 1.3", e);
        }
    }

    private X509ExtendedTrustManager platform() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(authorities == null ? null : keyStore(authorities));
            return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every Java platform offers PKIX and a key store in memory", e);
        }
    }

    private static KeyStore keyStore(X509Certificate[] certificates) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < certificates.length; i++) {
            store.setCertificateEntry(Integer.toString(i), certificates[i]);
        }
        return store;
    }

    private static byte[] read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_PEM_BYTES + 1);
            if (bytes.length > MAX_PEM_BYTES) {
                throw new IOException("more than 1 MiB");
            }
            return bytes;
        }
    }

    private static KeyClientException unusable(Path file, String what, Exception cause) {
        return new KeyClientException(
                Reason.UNTRUSTED_SERVER,
                "The file " + file + ", which should say whom to trust, " + what
                        + ". Nothing was sent. Name a file with the certificate of the server's authority in PEM form.",
                cause);
    }
}
