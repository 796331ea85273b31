package dev.latchkey.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Manifest;

/**
 * Takes the signatures out of the launcher's own copies of libraries.
 *
 * <p>Java reads all of a signed jar's hashes before its first class, which takes longer than a login's other work, and keeps
 * none of its classes for the next start. Nothing here asks who signed a library; Maven has checked what it downloaded.
 */
public final class UnsignedJars {

    private static final String SIGNATURES = "*.{SF,RSA,DSA,EC}";

    private UnsignedJars() {}

    /** Changes the jars of the folder that is the only argument. */
    public static void main(String[] arguments) throws IOException {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of(arguments[0]), "*.jar")) {
            for (Path jar : jars) {
                unsign(jar);
            }
        }
    }

    static void unsign(Path jar) throws IOException {
        try (FileSystem files = FileSystems.newFileSystem(jar)) {
            Path folder = files.getPath("META-INF");
            List<Path> signatures = signatures(folder);
            if (signatures.isEmpty()) {
                return;
            }
            for (Path signature : signatures) {
                Files.delete(signature);
            }
            withoutHashes(folder.resolve("MANIFEST.MF"));
        }
    }

    private static List<Path> signatures(Path folder) throws IOException {
        List<Path> signatures = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, SIGNATURES)) {
                found.forEach(signatures::add);
            }
        }
        return signatures;
    }

    private static void withoutHashes(Path file) throws IOException {
        Manifest manifest;
        try (InputStream in = Files.newInputStream(file)) {
            manifest = new Manifest(in);
        }
        manifest.getEntries().clear();
        // The same jar gives the same bytes, whenever it is done.
        FileTime time = Files.getLastModifiedTime(file);
        try (OutputStream out = Files.newOutputStream(file)) {
            manifest.write(out);
        }
        Files.setLastModifiedTime(file, time);
    }
}
