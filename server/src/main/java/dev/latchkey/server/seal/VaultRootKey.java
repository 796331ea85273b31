package dev.latchkey.server.seal;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.Hashes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A root key that a service keeps and never gives away: Vault's transit engine, by its {@code encrypt} and {@code decrypt}
 * with associated data.
 *
 * <p>A wrapped data key is {@code 0x03 ‖ the service's ciphertext}, such as {@code vault:v1:…}. The fingerprint names the key;
 * whether it is that key shows when the data keys open.
 */
final class VaultRootKey implements KeyWrapper {
    private static final byte FORMAT = 0x03;
    private static final int ATTEMPTS = 3;
    private static final int MOST_BYTES = 16 * 1024;
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int FIRST_OF_THE_SERVERS_FAULTS = 500;

    private final RootKeySource.InVault vault;
    private final HttpClient client;
    private final Duration deadline;

    private VaultRootKey(RootKeySource.InVault vault, HttpClient client, Duration deadline) {
        this.vault = vault;
        this.client = client;
        this.deadline = deadline;
    }

    /** @param deadline of each attempt */
    static VaultRootKey open(RootKeySource.InVault vault, Duration deadline) throws RootKeyException {
        if (!"https".equals(vault.engine().getScheme())) {
            throw new RootKeyException(RootKeyException.Reason.NOT_HTTPS, vault, null);
        }
        PrivateText.read(vault.tokenFile()).close();
        HttpClient.Builder builder =
                HttpClient.newBuilder().connectTimeout(deadline).followRedirects(HttpClient.Redirect.NEVER);
        if (vault.authority().isPresent()) {
            builder.sslContext(trusting(vault, vault.authority().get()));
        }
        return new VaultRootKey(vault, builder.build(), deadline);
    }

    private static SSLContext trusting(RootKeySource.InVault vault, Path authority) throws RootKeyException {
        try (InputStream in = Files.newInputStream(authority)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                trusted.setCertificateEntry("authority" + trusted.size(), certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new RootKeyException(RootKeyException.Reason.NO_AUTHORITY, vault, e);
        }
    }

    @Override
    public byte[] fingerprint() {
        byte[] name = (vault.engine().getPath() + "/" + vault.key()).getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(
                Hashes.sha3_256("latchkey/1 vault".getBytes(StandardCharsets.US_ASCII), name),
                RootKey.FINGERPRINT_BYTES);
    }

    @Override
    public byte[] wrap(SecretBytes dataKey, Cell cell) {
        byte[] answer;
        try {
            answer = call("encrypt", "plaintext", Base64.getEncoder().encode(dataKey.exposed()), cell);
        } catch (Rejected e) {
            throw unavailable("it takes no request of this form", e);
        }
        byte[] ciphertext = JsonText.member(answer, "ciphertext");
        if (ciphertext.length == 0) {
            throw unavailable("it gave no ciphertext", null);
        }
        return ByteBuffer.allocate(1 + ciphertext.length)
                .put(FORMAT)
                .put(ciphertext)
                .array();
    }

    @Override
    public SecretBytes unwrap(byte[] wrapped, Cell cell) throws DamagedValueException {
        if (wrapped.length < 2
                || wrapped.length > MOST_BYTES
                || wrapped[0] != FORMAT
                || !JsonText.isPlain(wrapped, 1)) {
            throw new DamagedValueException(DamagedValueException.Reason.MALFORMED, cell);
        }
        byte[] answer;
        try {
            answer = call("decrypt", "ciphertext", Arrays.copyOfRange(wrapped, 1, wrapped.length), cell);
        } catch (Rejected e) {
            throw new DamagedValueException(DamagedValueException.Reason.NOT_AUTHENTIC, cell);
        }
        byte[] base64 = JsonText.member(answer, "plaintext");
        try {
            SecretBytes key = SecretBytes.takeOwnership(Base64.getDecoder().decode(base64));
            if (key.length() != DATA_KEY_BYTES) {
                key.close();
                throw new DamagedValueException(DamagedValueException.Reason.MALFORMED, cell);
            }
            return key;
        } catch (IllegalArgumentException e) {
            throw unavailable("it gave no plaintext", e);
        } finally {
            Arrays.fill(base64, (byte) 0);
            Arrays.fill(answer, (byte) 0);
        }
    }

    private byte[] call(String operation, String member, byte[] value, Cell cell) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(ascii("{\"" + member + "\":\""));
        body.writeBytes(value);
        body.writeBytes(ascii("\",\"associated_data\":\""));
        body.writeBytes(Base64.getEncoder().encode(cell.associatedData()));
        body.writeBytes(ascii("\"}"));
        Arrays.fill(value, (byte) 0);
        byte[] request = body.toByteArray();
        try {
            return call(operation, request);
        } finally {
            Arrays.fill(request, (byte) 0);
        }
    }

    /** Both operations may be repeated: what is wrapped twice is only kept once. */
    private byte[] call(String operation, byte[] request) {
        IOException last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                HttpResponse<byte[]> answer = once(operation, request);
                if (answer.statusCode() == OK) {
                    return answer.body();
                }
                if (answer.statusCode() == BAD_REQUEST) {
                    throw new Rejected();
                }
                if (answer.statusCode() < FIRST_OF_THE_SERVERS_FAULTS) {
                    throw unavailable("it answers with status " + answer.statusCode(), null);
                }
                last = new IOException("status " + answer.statusCode());
            } catch (IOException e) {
                last = e;
            }
        }
        throw unavailable(last.getMessage(), last);
    }

    private HttpResponse<byte[]> once(String operation, byte[] request) throws IOException {
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(
                HttpRequest.newBuilder(URI.create(vault.engine() + "/" + operation + "/" + vault.key()))
                        .header("X-Vault-Token", token())
                        .header("Content-Type", "application/json")
                        .timeout(deadline)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(request))
                        .build(),
                head -> new BoundedBody(MOST_BYTES));
        try {
            return answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("no answer in " + deadline.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw unavailable("interrupted", e);
        }
    }

    /** Text, as the client of this Java takes nothing else for a header. */
    private String token() {
        try (SecretBytes token = PrivateText.read(vault.tokenFile())) {
            // The client would repeat what it does not take in its error, and that would be logged.
            if (token.length() == 0 || !JsonText.isPlain(token.exposed(), 0)) {
                throw new RootKeyUnavailableException(vault.tokenFile() + " holds no token of one line", null);
            }
            return new String(token.exposed(), StandardCharsets.US_ASCII);
        } catch (RootKeyException e) {
            throw new RootKeyUnavailableException(e.getMessage(), e);
        }
    }

    private RootKeyUnavailableException unavailable(String why, Throwable cause) {
        return new RootKeyUnavailableException(vault.describe() + " is not to be had: " + why, cause);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        // The client ends with what it has under way.
    }

    @Override
    public String toString() {
        return "VaultRootKey[" + vault.describe() + "]";
    }

    /** The service does not open what it was given. */
    private static final class Rejected extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
