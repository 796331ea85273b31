package dev.latchkey.client;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts what the platform's own trust manager trusts, and of that only what the pinned authority vouches for.
 *
 * <p>A certificate that was renewed by the same authority's key passes silently.
 */
final class PinnedTrust extends X509ExtendedTrustManager {

    /** Says that the certificate is good, but vouched for by another authority than before. */
    static final class AuthorityChangedException extends CertificateException {

        private static final long serialVersionUID = 1L;

        AuthorityChangedException() {
            super("another authority than before");
        }
    }

    private final X509ExtendedTrustManager platform;
    private final PinnedAuthority pinned;

    PinnedTrust(X509ExtendedTrustManager platform, PinnedAuthority pinned) {
        this.platform = platform;
        this.pinned = pinned;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        platform.checkServerTrusted(chain, authType, engine);
        requirePinned(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        platform.checkServerTrusted(chain, authType, socket);
        requirePinned(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        platform.checkServerTrusted(chain, authType);
        requirePinned(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        platform.checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        platform.checkClientTrusted(chain, authType, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        platform.checkClientTrusted(chain, authType, engine);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return platform.getAcceptedIssuers();
    }

    private void requirePinned(X509Certificate[] chain) throws CertificateException {
        try {
            X509Certificate authority = authority(chain);
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(authority.getPublicKey().getEncoded());
            if (!pinned.accept(hash)) {
                throw new AuthorityChangedException();
            }
        } catch (CertificateException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new CertificateException("no path to an authority", e);
        }
    }

    /** The platform has verified the chain but does not tell whom it led to, so the path is built once more. */
    private X509Certificate authority(X509Certificate[] chain) throws GeneralSecurityException {
        Set<TrustAnchor> anchors = new LinkedHashSet<>();
        for (X509Certificate anchor : getAcceptedIssuers()) {
            if (anchor.equals(chain[0])) {
                return anchor;
            }
            anchors.add(new TrustAnchor(anchor, null));
        }
        X509CertSelector server = new X509CertSelector();
        server.setCertificate(chain[0]);
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, server);
        parameters.setRevocationEnabled(false);
        parameters.addCertStore(
                CertStore.getInstance("Collection", new CollectionCertStoreParameters(Arrays.asList(chain))));
        PKIXCertPathBuilderResult path =
                (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX").build(parameters);
        return path.getTrustAnchor().getTrustedCert();
    }
}
