package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnsignedJarsTest {

    private static final String MANIFEST =
            "Manifest-Version: 1.0\r\nMulti-Release: true\r\n\r\nName: a/B.class\r\nSHA-256-Digest: AAAA\r\n\r\n";

    @TempDir
    private Path folder;

    @Test
    void signedJar_keepsAllButSignatureAndHashes() throws IOException {
        Path jar = jar("signed.jar", "META-INF/MANIFEST.MF", "META-INF/X.SF", "META-INF/X.RSA", "META-INF/services/y");

        UnsignedJars.main(new String[] {folder.toString()});

        try (JarFile file = new JarFile(jar.toFile())) {
            assertThat(file.stream().map(JarEntry::getName))
                    .contains("META-INF/MANIFEST.MF", "META-INF/services/y", "a/B.class")
                    .doesNotContain("META-INF/X.SF", "META-INF/X.RSA");
            assertThat(file.getManifest().getEntries()).isEmpty();
            assertThat(file.isMultiRelease()).isTrue();
            assertThat(file.getInputStream(file.getEntry("a/B.class"))).hasContent("a/B.class");
        }
    }

    @Test
    void jarWithoutSignature_isUntouched() throws IOException {
        Path jar = jar("plain.jar", "META-INF/MANIFEST.MF");
        byte[] before = Files.readAllBytes(jar);

        UnsignedJars.main(new String[] {folder.toString()});

        assertThat(jar).hasBinaryContent(before);
    }

    private Path jar(String name, String... entries) throws IOException {
        Path jar = folder.resolve(name);
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            for (String entry : entries) {
                write(out, entry, entry.endsWith(".MF") ? MANIFEST : entry);
            }
            write(out, "a/B.class", "a/B.class");
        }
        return jar;
    }

    private static void write(JarOutputStream out, String entry, String content) throws IOException {
        out.putNextEntry(new JarEntry(entry));
        out.write(content.getBytes(UTF_8));
        out.closeEntry();
    }
}
