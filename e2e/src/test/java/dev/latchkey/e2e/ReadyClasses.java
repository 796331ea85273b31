package dev.latchkey.e2e;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The classes of the program's jars as Java keeps them ready, made once for each build and each Java: a server that is
 * killed and started again and again then starts in little more than half the time. It does nothing else with them.
 */
final class ReadyClasses {
    private static final long DEADLINE_SECONDS = 120;
    private static final String SUFFIX = ".classes";

    private static Path archive;

    private ReadyClasses() {}

    /** For the command line of a process. */
    static synchronized List<String> options() throws IOException, InterruptedException {
        if (archive == null) {
            Path folder = Files.createDirectories(
                    Path.of(System.getProperty("latchkey.root"), "e2e", "target", "ready-classes"));
            Path wanted = folder.resolve(Runtime.version() + "-" + build() + SUFFIX);
            if (!Files.exists(wanted)) {
                make(folder, wanted);
            }
            archive = wanted;
        }
        return List.of("-XX:SharedArchiveFile=" + archive);
    }

    /** That of these tests, its jars first: Java keeps no classes ready of a folder, nor of what stands behind one. */
    static String classPath() {
        List<String> entries = new ArrayList<>(jars());
        entries().filter(entry -> !isJar(entry)).forEach(entries::add);
        return String.join(File.pathSeparator, entries);
    }

    private static List<String> jars() {
        return entries().filter(ReadyClasses::isJar).toList();
    }

    private static boolean isJar(String entry) {
        return entry.endsWith(".jar");
    }

    private static Stream<String> entries() {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Stream.of(all.split(File.pathSeparator, -1)).filter(entry -> !entry.isEmpty());
    }

    /** Tells the jars of one build from those of another. */
    private static String build() throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String jar : jars()) {
                Path file = Path.of(jar);
                String line = jar + " " + Files.size(file) + " " + Files.getLastModifiedTime(file) + "\n";
                digest.update(line.getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    private static void make(Path folder, Path wanted) throws IOException, InterruptedException {
        removeOlder(folder);
        Path work = Files.createTempDirectory(folder, "begun");
        Path noted = work.resolve("noted");
        Path ready = work.resolve("ready");
        TestDeployment deployment = TestDeployment.init(work.resolve("deployment"));
        try (JavaProcess rehearsal = JavaProcess.start(
                RehearsalMain.class,
                work,
                List.of("-XX:DumpLoadedClassList=" + noted),
                List.of(deployment.folder().toString()))) {
            rehearsal.await(RehearsalMain.DONE);
            rehearsal.end();
        }
        Process dump = new ProcessBuilder(
                        JavaProcess.javaHome().resolve("bin").resolve("java").toString(),
                        "-Xshare:dump",
                        "-XX:+UseG1GC",
                        "-XX:SharedClassListFile=" + noted,
                        "-XX:SharedArchiveFile=" + ready,
                        "-cp",
                        String.join(File.pathSeparator, jars()))
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("said").toFile())
                .start();
        if (!dump.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS) || dump.exitValue() != 0) {
            dump.destroyForcibly();
            throw new AssertionError("no classes were kept ready: " + Files.readString(work.resolve("said")));
        }
        Files.move(ready, wanted, StandardCopyOption.REPLACE_EXISTING);
        remove(work);
    }

    /** Those of builds that are gone. */
    private static void removeOlder(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            for (Path older : all.filter(file -> file.getFileName().toString().startsWith(Runtime.version() + "-"))
                    .toList()) {
                Files.delete(older);
            }
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
