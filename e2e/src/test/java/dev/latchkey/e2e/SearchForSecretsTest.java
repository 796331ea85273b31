package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * An owner registers, stores and retrieves; then everything they leave behind is searched for their password, their storage
 * key, their secret and its label. A needle lies in every place that is searched, and is found there.
 *
 * <p>Server and owner are processes of their own, with so much room that no collection takes place before their memory is
 * looked at: a dump of all objects shows everything that ever was in the heap and was not overwritten.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SearchForSecretsTest {
    private static final List<String> NO_COLLECTION =
            List.of("-XX:+UseSerialGC", "-Xms768m", "-Xmx768m", "-Xmn640m", "-XX:MetaspaceSize=256m");
    private static final List<String> SECRETS = List.of("password", "export key", "storage key", "secret");

    private static final String ACCOUNT = "alice";

    private final SecureRandom random = new SecureRandom();
    private final String needle = text("needle-");
    /** Letters that need one byte, two and three, all in NFC. */
    private final String password = text("пароль-합") + "-ärger-пароль";

    private final String label = text("label-");
    private final byte[] secret = new byte[64];
    private final Map<String, Map<String, Integer>> found = new TreeMap<>();
    private final Map<String, Long> sizes = new TreeMap<>();

    private Path folder;
    private TestDeployment deployment;
    private JavaProcess server;
    private JavaProcess owner;
    private Search search;

    @BeforeAll
    void use_then_search(@TempDir Path temporary) throws Exception {
        folder = temporary;
        random.nextBytes(secret);
        deployment = TestDeployment.init(folder.resolve("data"));
        server = JavaProcess.start(
                NeedleServerMain.class,
                Files.createDirectories(folder.resolve("server")),
                options(),
                List.of(
                        needle,
                        deployment.folder().toString(),
                        Integer.toString(OwnerMain.KSF.memoryKib()),
                        Integer.toString(OwnerMain.KSF.iterations()),
                        Integer.toString(OwnerMain.KSF.parallelism())),
                Map.of("LATCHKEY_TEST_NEEDLE", needle));
        int port = Integer.parseInt(server.await(KeyServerMain.LISTENING));
        owner = JavaProcess.start(
                OwnerMain.class,
                Files.createDirectories(folder.resolve("owner")),
                NO_COLLECTION,
                List.of(
                        needle,
                        "localhost:" + port,
                        deployment.ca().toString(),
                        recorded().toString(),
                        ACCOUNT),
                Map.of("LATCHKEY_TEST_NEEDLE", needle));
        owner.say(input());
        owner.await(OwnerMain.OPEN);
        search = search(port);

        searchFiles("while a session is open", "data", "server", "owner");
        searchProcessList();
        searchMemory("server", server);
        owner.say(new byte[1]);
        assertThat(owner.await(OwnerMain.CLOSED)).as("collections at the owner").isEqualTo("0");
        searchMemory("owner", owner);
        owner.end();
        server.end();
        searchFiles("after the end", "data", "server", "owner");
    }

    @AfterAll
    void tell() {
        if (server != null) {
            server.close();
        }
        if (owner != null) {
            owner.close();
        }
        found.forEach((place, forms) -> System.out.println(
                "search: " + place + " (" + sizes.getOrDefault(place, 0L) / 1024 + " KiB): " + forms));
    }

    @Nested
    final class At_the_server {
        @Test
        void files_whileInUse_holdTheUsersIdAndNoSecret() {
            assertThat(places("data", "while")).anyMatch(place -> place.contains("latchkey.db-wal"));
            assertThat(found("user id", "latchkey.db-wal,", "while")).isPositive();
            assertThat(found("user id", "latchkey.db-transient,", "while")).isPositive();
            assertNoSecret("file data");
        }

        @Test
        void files_afterTheEnd_holdTheUsersIdAndNoSecret() {
            assertThat(found("user id", "latchkey.db,", "after")).isPositive();
            assertNoSecret("file data");
        }

        @Test
        void log_ofEverythingThereIsToSay_holdsTheNeedleAndNoSecret() {
            assertThat(found("needle", "file server/stdout", "while")).isPositive();
            assertNoSecret("file server");
        }

        @Test
        void heap_withAllObjectsThatEverWere_holdsTheNeedleAndNoSecret() {
            assertThat(found("needle", "server, all objects", "")).isPositive();
            assertNoSecret("server, all objects");
        }

        @Test
        void pages_ofItsMemory_holdTheNeedleAndNoSecret() {
            assumeThat(places("server, pages", ""))
                    .as("memory of another process can be read here")
                    .isNotEmpty();
            assertThat(found("needle", "server, pages", "")).isPositive();
            assertNoSecret("server, pages");
        }
    }

    @Nested
    final class At_the_owner {
        @Test
        void processList_whileInUse_holdsTheNeedleAndNoSecret() {
            assumeThat(places("process list", "")).as("a process list in files").isNotEmpty();
            assertThat(found("needle", "process list", "arguments")).isGreaterThanOrEqualTo(2);
            assertThat(found("needle", "process list", "environment")).isGreaterThanOrEqualTo(2);
            assertNoSecret("process list");
        }
    }

    private List<String> options() throws URISyntaxException {
        Path everything = Path.of(SearchForSecretsTest.class
                .getResource("/logback-everything.xml")
                .toURI());
        return Stream.concat(NO_COLLECTION.stream(), Stream.of("-Dlogback.configurationFile=" + everything))
                .toList();
    }

    private Path recorded() {
        return folder.resolve("owner").resolve("recorded");
    }

    private byte[] input() {
        ByteArrayOutputStream input = new ByteArrayOutputStream();
        for (byte[] item : List.of(utf8(password), utf8(label), secret)) {
            input.write(item.length);
            input.writeBytes(item);
        }
        return input.toByteArray();
    }

    private Search search(int port) throws Exception {
        try (RawClient client = new RawClient(port, deployment.ca())) {
            OwnersKeys keys = OwnersKeys.of(client, ACCOUNT, password);
            return new Search(List.of(
                    Sought.of("needle", needle),
                    Sought.of("user id", keys.userId()),
                    Sought.of("password", password),
                    Sought.of("export key", keys.exportKey()),
                    Sought.of("hash of the export key", keys.hashOfExportKey()),
                    Sought.of("encryption key", keys.encryptionKey()),
                    Sought.of("storage key", keys.storageKey(recorded(), label)),
                    Sought.of("secret", secret),
                    Sought.of("label", label)));
        }
    }

    private void searchFiles(String when, String... folders) throws IOException {
        for (String name : folders) {
            try (Stream<Path> files = Files.walk(folder.resolve(name))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    String place = "file " + folder.relativize(file) + ", " + when;
                    sizes.put(place, Files.size(file));
                    found.put(place, search.in(file));
                }
            }
        }
    }

    private void searchProcessList() throws IOException {
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            searchProcess(process.pid(), "cmdline", "process list, arguments");
            searchProcess(process.pid(), "environ", "process list, environment");
        }
    }

    private void searchProcess(long pid, String file, String place) throws IOException {
        Path path = Path.of("/proc", Long.toString(pid), file);
        try {
            search.in(path)
                    .forEach((form, count) -> found.computeIfAbsent(place, absent -> new TreeMap<>())
                            .merge(form, count, Integer::sum));
        } catch (IOException gone) {
            // The process has ended, or is somebody else's.
        }
    }

    private void searchMemory(String name, JavaProcess process) throws IOException, InterruptedException {
        if (Memory.isReadable(process)) {
            found.put(name + ", pages", Memory.searchPages(process, search));
        }
        Path dump = folder.resolve(name + ".hprof");
        Memory.dumpAll(process, dump);
        searchDump(name + ", all objects", dump);
        Memory.dumpLive(process, dump);
        searchDump(name + ", objects in use", dump);
    }

    private void searchDump(String place, Path dump) throws IOException {
        sizes.put(place, Files.size(dump));
        found.put(place, search.in(dump));
        Files.delete(dump);
    }

    private List<String> places(String what, String when) {
        return found.keySet().stream()
                .filter(place -> place.contains(what) && place.contains(when))
                .toList();
    }

    private int found(String sought, String what, String when) {
        return places(what, when).stream()
                .flatMap(place -> found.get(place).entrySet().stream())
                .filter(form -> form.getKey().startsWith(sought + " as "))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    private void assertNoSecret(String what) {
        for (String secretThing : SECRETS) {
            assertThat(found(secretThing, what, ""))
                    .as("%s in %s", secretThing, what)
                    .isZero();
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** 40 characters, distinctive from the first to the last. */
    private String text(String start) {
        byte[] bytes = new byte[20];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes).substring(start.length()) + start;
    }
}
