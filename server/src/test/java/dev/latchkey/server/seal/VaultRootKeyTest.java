package dev.latchkey.server.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.seal.RootKeyException.Reason;
import dev.latchkey.server.seal.RootKeySource.InVault;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a stand-in that speaks the transit API over real TLS, not against Vault. */
final class VaultRootKeyTest {
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final Cell CELL = Cell.of("data_keys", "wrapped").row(1);

    @TempDir
    static Path folder;

    private static TransitServer transit;
    private static Path token;

    private final SecretBytes dataKey = SecretBytes.random(KeyWrapper.DATA_KEY_BYTES, new SecureRandom());

    @BeforeAll
    static void startServer() throws Exception {
        transit = TransitServer.start(folder);
        token = folder.resolve("token");
        Files.createFile(token, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    @AfterAll
    static void stopServer() {
        transit.close();
    }

    @BeforeEach
    void behaveWell() throws Exception {
        Files.writeString(token, TransitServer.TOKEN + "\n");
        transit.behave(TransitServer.Mode.WELL);
        transit.failNext(0);
    }

    private static InVault source(String key) {
        return new InVault(transit.engine(), key, token, Optional.of(transit.authority()));
    }

    private static KeyWrapper open() throws RootKeyException {
        return VaultRootKey.open(source("latchkey"), PATIENT);
    }

    @Test
    void unwrap_whatWasWrapped_givesItBackForItsCellAlone() throws Exception {
        byte[] wrapped;
        try (KeyWrapper rootKey = open()) {
            wrapped = rootKey.wrap(dataKey, CELL);
        }
        try (KeyWrapper again = open();
                SecretBytes opened = again.unwrap(wrapped, CELL)) {
            assertThat(opened.exposed()).isEqualTo(dataKey.exposed());
            assertThatExceptionOfType(DamagedValueException.class)
                    .isThrownBy(() -> again.unwrap(wrapped, CELL.row(2)))
                    .extracting(DamagedValueException::reason)
                    .isEqualTo(DamagedValueException.Reason.NOT_AUTHENTIC);
            assertThatExceptionOfType(DamagedValueException.class).isThrownBy(() -> again.unwrap(new byte[40], CELL));
        }
    }

    @Test
    void fingerprint_tellsKeysApart() throws Exception {
        try (KeyWrapper one = open();
                KeyWrapper other = VaultRootKey.open(source("another"), PATIENT)) {
            assertThat(one.fingerprint()).hasSize(RootKey.FINGERPRINT_BYTES).isNotEqualTo(other.fingerprint());
        }
    }

    @Test
    void wrap_afterFaultsThatPass_isDone() throws Exception {
        try (KeyWrapper rootKey = open()) {
            transit.failNext(2);
            assertThat(rootKey.wrap(dataKey, CELL)).isNotEmpty();

            transit.failNext(3);
            assertThatExceptionOfType(RootKeyUnavailableException.class)
                    .isThrownBy(() -> rootKey.wrap(dataKey, CELL))
                    .withMessageContaining("status 503");
        }
    }

    @Test
    void wrap_withoutPermission_isRefusedAndNamesNoToken() throws Exception {
        try (KeyWrapper rootKey = open()) {
            Files.writeString(token, "s.another");

            assertThatExceptionOfType(RootKeyUnavailableException.class)
                    .isThrownBy(() -> rootKey.wrap(dataKey, CELL))
                    .withMessageContaining("status 403")
                    .withMessageNotContaining("s.another");
        }
    }

    @Test
    void wrap_serviceThatSaysNothingOrTooMuch_endsInTime() throws Exception {
        try (KeyWrapper rootKey = VaultRootKey.open(source("latchkey"), Duration.ofMillis(700))) {
            transit.behave(TransitServer.Mode.SILENT);
            assertThatExceptionOfType(RootKeyUnavailableException.class).isThrownBy(() -> rootKey.wrap(dataKey, CELL));
        }
        try (KeyWrapper rootKey = open()) {
            transit.behave(TransitServer.Mode.ENDLESS);
            assertThatExceptionOfType(RootKeyUnavailableException.class)
                    .isThrownBy(() -> rootKey.wrap(dataKey, CELL))
                    .withMessageContaining("longer than");
        }
    }

    @Test
    void wrap_certificateOfNobodyWeTrust_isRefused() throws Exception {
        try (KeyWrapper rootKey =
                VaultRootKey.open(new InVault(transit.engine(), "latchkey", token, Optional.empty()), PATIENT)) {
            assertThatExceptionOfType(RootKeyUnavailableException.class).isThrownBy(() -> rootKey.wrap(dataKey, CELL));
        }
    }

    @Test
    void open_withoutTlsOrWithAnOpenTokenFile_isRefused() throws Exception {
        assertThatExceptionOfType(RootKeyException.class)
                .isThrownBy(() -> VaultRootKey.open(
                        new InVault(URI.create("http://localhost/v1/transit"), "latchkey", token, Optional.empty()),
                        PATIENT))
                .extracting(RootKeyException::reason)
                .isEqualTo(Reason.NOT_HTTPS);
        Path open = folder.resolve("open");
        Files.writeString(open, TransitServer.TOKEN);
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatExceptionOfType(RootKeyException.class)
                .isThrownBy(() -> VaultRootKey.open(
                        new InVault(transit.engine(), "latchkey", open, Optional.of(transit.authority())), PATIENT))
                .extracting(RootKeyException::reason)
                .isEqualTo(Reason.OPEN_PERMISSIONS);
    }
}
