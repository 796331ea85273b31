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
    private static final List<String> AT_THE_OWNER =
            List.of("password", "export key", "hash of the export key", "encryption key", "storage key", "secret");
    private static final List<String> AT_THE_SERVER =
            Stream.concat(AT_THE_OWNER.stream(), Stream.of("label")).toList();

    private static final String ACCOUNT = "alice";

    private final SecureRandom random = new SecureRandom();
    private final String needle = text("needle-");
    /** Letters that need one byte, two and three, all in NFC. */
    private final String password = text("пароль-합") + "-ärger-пароль";

    private final String label = text("label-");
    private final byte[] secret = new byte[64];
    private final Map<String, Map<String, Integer>> found = new TreeMap<>();

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

        searchFiles("in use", "data", "server", "owner");
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
    @SuppressWarnings("SystemOut")
    void tell() {
        if (server != null) {
            server.close();
        }
        if (owner != null) {
            owner.close();
        }
        System.out.println("search: " + found.size() + " places; in those that are not named nothing was found");
        found.forEach((place, forms) -> {
            if (!forms.isEmpty()) {
                System.out.println("search: " + place + ": " + forms);
            }
        });
    }

    @Nested
    final class At_the_server {
        @Test
        void files_inUse_holdTheUserIdAndNoSecret() {
            assertThat(found("user id", "data/latchkey.db-wal, in use")).isPositive();
            assertThat(found("user id", "data/latchkey.db-transient, in use")).isPositive();
            assertNothing(AT_THE_SERVER, "data/");
        }

        @Test
        void files_afterTheEnd_holdTheUserIdAndNoSecret() {
            assertThat(found("user id", "data/latchkey.db, after the end")).isPositive();
            assertNothing(AT_THE_SERVER, "data/");
        }

        @Test
        void log_atItsMostTalkative_holdsTheNeedleAndNoSecret() {
            assertThat(found("needle", "server/stdout, in use")).isPositive();
            assertThat(found("needle", "server/stdout, after the end")).isPositive();
            assertNothing(AT_THE_SERVER, "server/");
        }

        @Test
        void heap_whileASessionIsOpen_holdsTheNeedleAndNoSecret() {
            assertThat(found("needle", "server, all objects")).isPositive();
            assertThat(found("needle", "server, objects in use")).isPositive();
            assertNothing(AT_THE_SERVER, "server, ");
        }

        @Test
        void pages_whileASessionIsOpen_holdTheNeedleAndNoSecret() {
            assumeThat(found).as("memory can be read here").containsKey("server, pages");
            assertThat(found("needle", "server, pages")).isPositive();
            assertNothing(AT_THE_SERVER, "server, pages");
        }
    }

    @Nested
    final class At_the_owner {
        @Test
        void processList_whileASessionIsOpen_holdsTheNeedleAndNoSecret() {
            assumeThat(Path.of("/proc/self/cmdline"))
                    .as("a process list in files")
                    .exists();
            assertThat(found("needle", "arguments of server")).isPositive();
            assertThat(found("needle", "arguments of owner")).isPositive();
            assertThat(found("needle", "environment of server")).isPositive();
            assertThat(found("needle", "environment of owner")).isPositive();
            assertNothing(AT_THE_SERVER, "arguments of ");
            assertNothing(AT_THE_SERVER, "environment of ");
        }

        @Test
        void files_thatTheyLeave_holdNoSecret() {
            assertThat(found).containsKey("owner/stderr, after the end");
            assertNothing(AT_THE_SERVER, "owner/");
        }

        @Test
        void heap_afterClosing_holdsTheNeedleAndNoSecret() {
            assertThat(found("needle", "owner, all objects")).isPositive();
            assertThat(found("needle", "owner, objects in use")).isPositive();
            // They may know their own labels.
            assertThat(found("label", "owner, all objects")).isPositive();
            assertNothing(AT_THE_OWNER, "owner, all objects");
            assertNothing(AT_THE_OWNER, "owner, objects in use");
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
                    found.put(folder.relativize(file) + ", " + when, search.in(file));
                }
            }
        }
    }

    private void searchProcessList() throws IOException {
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            String name = name(process.pid());
            searchProcess(process.pid(), "cmdline", "arguments of " + name);
            searchProcess(process.pid(), "environ", "environment of " + name);
        }
    }

    private String name(long pid) {
        return pid == server.pid() ? "server" : pid == owner.pid() ? "owner" : "others";
    }

    private void searchProcess(long pid, String file, String place) {
        try {
            Map<String, Integer> forms = search.in(Path.of("/proc", Long.toString(pid), file));
            found.merge(place, forms, SearchForSecretsTest::sum);
        } catch (IOException gone) {
            // The process has ended, or is somebody else's.
        }
    }

    private static Map<String, Integer> sum(Map<String, Integer> some, Map<String, Integer> more) {
        Map<String, Integer> sum = new TreeMap<>(some);
        more.forEach((form, count) -> sum.merge(form, count, Integer::sum));
        return sum;
    }

    private void searchMemory(String name, JavaProcess process) throws IOException, InterruptedException {
        if (Memory.isReadable(process)) {
            found.put(name + ", pages", Memory.searchPages(process, search));
        }
        Path dump = folder.resolve(name + ".hprof");
        Memory.dumpAll(process, dump);
        found.put(name + ", all objects", search.in(dump));
        Files.delete(dump);
        Memory.dumpLive(process, dump);
        found.put(name + ", objects in use", search.in(dump));
        Files.delete(dump);
    }

    private int found(String sought, String place) {
        return found.getOrDefault(place, Map.of()).entrySet().stream()
                .filter(form -> form.getKey().startsWith(sought + " as "))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    private void assertNothing(List<String> secrets, String places) {
        for (String place : found.keySet()) {
            if (place.startsWith(places)) {
                for (String one : secrets) {
                    assertThat(found(one, place)).as("%s in %s", one, place).isZero();
                }
            }
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
