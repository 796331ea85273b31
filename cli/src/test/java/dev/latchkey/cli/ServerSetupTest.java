package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(OS.WINDOWS)
class ServerSetupTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir
    private Path parent;

    private ServerFolder folder() {
        return new ServerFolder(parent.resolve("server"));
    }

    private ServerSetup setup() {
        return new ServerSetup(folder(), new SecureRandom(), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private Map<Path, byte[]> contents() throws IOException {
        Map<Path, byte[]> contents = new HashMap<>();
        try (var files = Files.list(folder().folder())) {
            for (Path file : files.toList()) {
                contents.put(file, Files.readAllBytes(file));
            }
        }
        return contents;
    }

    @Nested
    class InAnEmptyFolder {

        @Test
        void everyFile_isMadeForItsOwnerAlone() throws Exception {
            ServerSetup setup = setup();
            setup.makeKeys();
            setup.makeConfiguration(folder().configuration());
            assertThat(setup.kept()).isEmpty();
            assertThat(setup.made())
                    .containsExactlyInAnyOrder(
                            folder().rootKey(),
                            folder().authority(),
                            folder().certificate(),
                            folder().certificateKey(),
                            folder().configuration());
            for (Path file : setup.made()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
            }
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder().folder())))
                    .isEqualTo("rwx------");
        }

        @Test
        void certificate_leadsToItsAuthorityAndNamesThisMachine() throws Exception {
            setup().makeKeys();
            X509Certificate authority = read(folder().authority());
            X509Certificate server = read(folder().certificate());
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(NOW));
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(server)), parameters);
            assertThat(server.getSubjectAlternativeNames().stream().map(name -> String.valueOf(name.get(1))))
                    .containsExactly("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
            assertThat(server.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
            assertThat(server.getBasicConstraints()).isEqualTo(-1);
            assertThat(authority.getBasicConstraints()).isZero();
            assertThat(server.getNotBefore()).isBefore(Date.from(NOW));
            assertThat(server.getNotAfter().toInstant()).isEqualTo(NOW.plus(DevCertificates.VALIDITY));
        }

        private X509Certificate read(Path file) throws Exception {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file)));
        }
    }

    @Nested
    class InAFolderThatWasSetUp {

        @Test
        void everyFile_isKeptToTheByte() throws Exception {
            ServerSetup first = setup();
            first.makeKeys();
            first.makeConfiguration(folder().configuration());
            Map<Path, byte[]> before = contents();

            ServerSetup second = setup();
            second.makeKeys();
            second.makeConfiguration(folder().configuration());
            assertThat(second.made()).isEmpty();
            assertThat(second.kept()).containsExactlyInAnyOrderElementsOf(first.made());
            assertThat(contents()).containsExactlyInAnyOrderEntriesOf(before);
        }

        @Test
        void damagedRootKey_isKept() throws Exception {
            setup().makeKeys();
            Files.writeString(folder().rootKey(), "damaged");
            setup().makeKeys();
            assertThat(folder().rootKey()).hasContent("damaged");
        }

        @Test
        void missingRootKeyOfADatabase_isNotMadeAnew() throws Exception {
            setup().makeKeys();
            Files.writeString(folder().database(), "something");
            Files.delete(folder().rootKey());
            CommandFailure failure = catchThrowableOfType(CommandFailure.class, () -> setup().makeKeys());
            assertThat(failure.code()).isEqualTo(FailureCode.ROOT_KEY);
            assertThat(failure.next()).contains("backup");
            assertThat(folder().rootKey()).doesNotExist();
        }

        @ParameterizedTest
        @ValueSource(strings = {"ca.pem", "server.pem", "server-key.pem"})
        void missingCertificateFile_isNamedAndNotMadeAnew(String name) throws Exception {
            setup().makeKeys();
            Files.delete(folder().folder().resolve(name));
            Map<Path, byte[]> before = contents();
            CommandFailure failure = catchThrowableOfType(CommandFailure.class, () -> setup().makeKeys());
            assertThat(failure.code()).isEqualTo(FailureCode.CERTIFICATE);
            assertThat(failure.what()).contains(name);
            assertThat(contents()).containsExactlyInAnyOrderEntriesOf(before);
        }
    }

    @Test
    void placeThatIsNoFolder_isRefused() throws Exception {
        Files.writeString(parent.resolve("server"), "a file");
        CommandFailure failure = catchThrowableOfType(CommandFailure.class, () -> setup().makeKeys());
        assertThat(failure.code()).isEqualTo(FailureCode.FILE_UNWRITABLE);
        assertThat(failure.what()).contains(folder().folder().toString());
    }
}
