package dev.latchkey.client.testserver;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certification authority for one test run, and the certificates it signs. */
public final class TestAuthority {

    private static final Duration DAY = Duration.ofDays(1);

    private final SecureRandom random;
    private final X500Name name;
    private final KeyPair keys;
    private final X509Certificate certificate;

    private TestAuthority(SecureRandom random, X500Name name) throws GeneralSecurityException, IOException {
        this.random = random;
        this.name = name;
        this.keys = newKeys();
        this.certificate = sign(new Subject(name, keys), Instant.now().plus(DAY), null);
    }

    /** A new authority that nobody trusts yet. */
    public static TestAuthority create() {
        try {
            return new TestAuthority(new SecureRandom(), new X500Name("CN=Test authority"));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A certificate with its private key. */
    public static final class Issued {

        private final X509Certificate certificate;
        private final KeyPair keys;

        private Issued(X509Certificate certificate, KeyPair keys) {
            this.certificate = certificate;
            this.keys = keys;
        }

        /** The certificate in PEM form. */
        public byte[] certificatePem() {
            return pem("CERTIFICATE", encoded(certificate));
        }

        /** The private key in PEM form (PKCS #8). */
        public byte[] keyPem() {
            return pem("PRIVATE KEY", keys.getPrivate().getEncoded());
        }
    }

    /** A certificate for {@code localhost} and {@code 127.0.0.1} that is valid today. */
    public Issued forLoopback() {
        return issue(Instant.now().plus(DAY), loopback());
    }

    /** One for the same names whose last day was yesterday. */
    public Issued expired() {
        return issue(Instant.now().minus(DAY), loopback());
    }

    /** One that is valid today, for a name that no test server has. */
    public Issued forAnotherHost() {
        return issue(
                Instant.now().plus(DAY), new GeneralNames(new GeneralName(GeneralName.dNSName, "keys.example.org")));
    }

    /** Writes this authority's certificate into {@code folder}, as a client takes it. */
    public Path writeTo(Path folder) throws IOException {
        return Files.write(folder.resolve("ca.pem"), pem("CERTIFICATE", encoded(certificate)));
    }

    private Issued issue(Instant notAfter, GeneralNames hosts) {
        try {
            KeyPair subjectKeys = newKeys();
            return new Issued(
                    sign(new Subject(new X500Name("CN=Test server"), subjectKeys), notAfter, hosts), subjectKeys);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Subject(X500Name name, KeyPair keys) {}

    private X509Certificate sign(Subject subject, Instant notAfter, GeneralNames hosts)
            throws GeneralSecurityException, IOException {
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name,
                new BigInteger(64, random),
                Date.from(notAfter.minus(DAY.multipliedBy(3))),
                Date.from(notAfter),
                subject.name(),
                subject.keys().getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(hosts == null));
        if (hosts == null) {
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
        } else {
            builder.addExtension(Extension.subjectAlternativeName, false, hosts);
        }
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }

    private static GeneralNames loopback() {
        return new GeneralNames(new GeneralName[] {
            new GeneralName(GeneralName.dNSName, "localhost"), new GeneralName(GeneralName.iPAddress, "127.0.0.1")
        });
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] pem(String type, byte[] der) {
        String text = "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + type + "-----\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
