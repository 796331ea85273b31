package dev.latchkey.server.seal;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A stand-in that speaks the API of Vault's transit engine, as its documentation describes encrypt and decrypt with {@code
 * associated_data}: with a real key, real AES-GCM and real TLS, on a loopback port. It is not Vault.
 */
final class TransitServer implements AutoCloseable {
    static final String TOKEN = "s.of-a-test";
    private static final String PASSWORD = "of a test";

    private final HttpsServer server;
    private final SecretKey key;
    private final Path authority;
    private final AtomicInteger failures = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Mode mode = Mode.WELL;

    /** How it behaves. */
    enum Mode {
        WELL,
        SILENT,
        ENDLESS
    }

    private TransitServer(HttpsServer server, SecretKey key, Path authority) {
        this.server = server;
        this.key = key;
        this.authority = authority;
    }

    static TransitServer start(Path folder) throws IOException, GeneralSecurityException, InterruptedException {
        Path store = folder.resolve("tls.p12");
        keytool(
                "-genkeypair",
                "-alias",
                "tls",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD);
        Path authority = folder.resolve("authority.pem");
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                "tls",
                "-file",
                authority.toString(),
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD.toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(factory.getKeyManagers(), null, null);
        KeyGenerator generator = KeyGenerator.getInstance("AES");
        generator.init(256);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        TransitServer transit = new TransitServer(server, generator.generateKey(), authority);
        server.createContext("/v1/transit/", transit::handle);
        server.setExecutor(task -> {
            Thread thread = new Thread(task, "transit");
            thread.setDaemon(true);
            thread.start();
        });
        server.start();
        return transit;
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(said);
        }
    }

    URI engine() {
        return URI.create("https://localhost:" + server.getAddress().getPort() + "/v1/transit");
    }

    Path authority() {
        return authority;
    }

    void behave(Mode how) {
        mode = how;
    }

    /** So many of the next requests are answered with a fault of the server's. */
    void failNext(int times) {
        failures.set(times);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] request = exchange.getRequestBody().readAllBytes();
            if (mode == Mode.SILENT) {
                await();
            } else if (mode == Mode.ENDLESS) {
                exchange.sendResponseHeaders(200, 0);
                for (int i = 0; i < 100; i++) {
                    exchange.getResponseBody().write(new byte[1024]);
                }
            } else if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                answer(exchange, 503, "{\"errors\":[\"Vault is sealed\"]}");
            } else if (!TOKEN.equals(exchange.getRequestHeaders().getFirst("X-Vault-Token"))) {
                answer(exchange, 403, "{\"errors\":[\"permission denied\"]}");
            } else {
                serve(
                        exchange,
                        JsonParser.parseString(new String(request, StandardCharsets.UTF_8))
                                .getAsJsonObject());
            }
        }
    }

    private void await() throws IOException {
        try {
            closed.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private void serve(HttpExchange exchange, JsonObject request) throws IOException {
        byte[] associated =
                Base64.getDecoder().decode(request.get("associated_data").getAsString());
        try {
            String member;
            String value;
            switch (exchange.getRequestURI().getPath()) {
                case "/v1/transit/encrypt/latchkey" -> {
                    byte[] nonce = new byte[12];
                    new SecureRandom().nextBytes(nonce);
                    byte[] plain =
                            Base64.getDecoder().decode(request.get("plaintext").getAsString());
                    byte[] sealed = gcm(Cipher.ENCRYPT_MODE, nonce, associated, plain);
                    member = "ciphertext";
                    value = "vault:v1:"
                            + Base64.getEncoder()
                                    .encodeToString(ByteBuffer.allocate(nonce.length + sealed.length)
                                            .put(nonce)
                                            .put(sealed)
                                            .array());
                }
                case "/v1/transit/decrypt/latchkey" -> {
                    byte[] sealed = Base64.getDecoder()
                            .decode(request.get("ciphertext").getAsString().replaceFirst("^vault:v1:", ""));
                    member = "plaintext";
                    value = Base64.getEncoder()
                            .encodeToString(gcm(
                                    Cipher.DECRYPT_MODE,
                                    Arrays.copyOf(sealed, 12),
                                    associated,
                                    Arrays.copyOfRange(sealed, 12, sealed.length)));
                }
                default -> {
                    answer(exchange, 404, "{\"errors\":[]}");
                    return;
                }
            }
            answer(exchange, 200, "{\"request_id\":\"1\",\"data\":{\"" + member + "\": \"" + value + "\"}}\n");
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            answer(exchange, 400, "{\"errors\":[\"cipher: message authentication failed\"]}");
        }
    }

    private byte[] gcm(int direction, byte[] nonce, byte[] associated, byte[] text) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(direction, key, new GCMParameterSpec(128, nonce));
        cipher.updateAAD(associated);
        return cipher.doFinal(text);
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}
