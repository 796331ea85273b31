package dev.latchkey.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A certificate that is replaced while the server runs. */
@DisabledOnOs(OS.WINDOWS)
final class ServerCertificateTest {
    private static final String STORE_WORD = "not a secret";

    @TempDir
    private Path folder;

    private Path file;
    private Path key;
    private ServerCertificate certificate;
    private Server server;

    @BeforeEach
    void start() throws Exception {
        file = folder.resolve("server.pem");
        key = folder.resolve("server-key.pem");
        make("first");
        make("second");
        put("first.pem", file);
        put("first-key.pem", key);
        certificate = ServerCertificate.load(file, key, Clock.systemUTC());
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sslContext(certificate.context())
                .build()
                .start();
    }

    @AfterEach
    void stop() throws Exception {
        server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }

    @Test
    void pairThatIsReplaced_isGivenToNewConnections_andABrokenOneNever() throws Exception {
        assertThat(shown()).isEqualTo("CN=first");

        put("second.pem", file);
        certificate.lookAgain();
        assertThat(shown()).as("a certificate without its key").isEqualTo("CN=first");

        put("second-key.pem", key);
        certificate.lookNow();
        assertThat(shown()).isEqualTo("CN=second");

        Files.writeString(file, "no certificate");
        certificate.lookAgain();
        assertThat(shown()).as("what is no certificate").isEqualTo("CN=second");

        Files.delete(file);
        certificate.lookAgain();
        assertThat(shown()).as("a file that is gone").isEqualTo("CN=second");

        put("first.pem", file);
        put("first-key.pem", key);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        certificate.lookAgain();
        assertThat(shown()).as("a key that others can read").isEqualTo("CN=second");

        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        certificate.lookAgain();
        assertThat(shown()).isEqualTo("CN=first");
    }

    /** The subject of what a new connection gets. */
    private String shown() throws Exception {
        X509Certificate[] seen = new X509Certificate[1];
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Noting(seen)}, null);
        try (SSLSocket socket = (SSLSocket)
                context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.getPort())) {
            socket.setSoTimeout(20_000);
            socket.startHandshake();
        }
        return seen[0].getSubjectX500Principal().getName();
    }

    /** By moving, as programs that renew certificates do. */
    private void put(String from, Path to) throws IOException {
        Path copy = Files.copy(folder.resolve(from), folder.resolve("moved"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.move(copy, to, StandardCopyOption.ATOMIC_MOVE);
    }

    private void make(String name) throws Exception {
        Path store = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-dname",
                        "CN=" + name,
                        "-keyalg",
                        "EC",
                        "-keystore",
                        store.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        STORE_WORD))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".txt").toFile())
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        KeyStore pair = KeyStore.getInstance(store.toFile(), STORE_WORD.toCharArray());
        write(name + ".pem", "CERTIFICATE", pair.getCertificate("server").getEncoded());
        write(
                name + "-key.pem",
                "PRIVATE KEY",
                pair.getKey("server", STORE_WORD.toCharArray()).getEncoded());
    }

    private void write(String name, String kind, byte[] der) throws IOException {
        String text = "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + kind + "-----\n";
        Path made = Files.writeString(folder.resolve(name), text);
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
    }

    private static final class Noting implements X509TrustManager {
        private final X509Certificate[] seen;

        Noting(X509Certificate[] seen) {
            this.seen = seen;
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) {
            seen[0] = chain[0];
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
