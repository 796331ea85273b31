package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an owner does with secrets, against a real server. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecretCommandsTest {

    @TempDir
    private static Path files;

    private OwnersServer server;
    private World world;

    @BeforeAll
    void startServerAndRegister() throws Exception {
        server = OwnersServer.start(files);
        server.register("mara");
    }

    @BeforeEach
    void enterTheWorld() {
        world = server.device("mara");
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    /** With the password, which every one of these commands needs. */
    private int run(String... arguments) {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.add("--password-file");
        all.add(server.passwordFile());
        return world.run(all.toArray(String[]::new));
    }

    private void put(String label, String content) {
        world.standardInput(content);
        assertThat(run("put", label)).isZero();
    }

    private String get(String label) {
        assertThat(run("get", label)).isZero();
        return world.out();
    }

    private JsonObject listed(String label) {
        assertThat(run("list", "--json")).isZero();
        for (var secret : world.outJson().getAsJsonArray("secrets")) {
            if (secret.getAsJsonObject().get("label").getAsString().equals(label)) {
                return secret.getAsJsonObject();
            }
        }
        throw new AssertionError("not listed: " + label);
    }

    private String code() {
        return world.errJson().get("code").getAsString();
    }

    @Nested
    class Generate {

        @Test
        void withoutMore_makes32BytesHere() {
            assertThat(run("generate", "made here")).isZero();
            assertThat(world.out())
                    .startsWith("Generated \"made here\" (32 bytes) on this device")
                    .hasLineCount(1);
            assertThat(run("get", "made here", "--json")).isZero();
            assertThat(world.outJson().get("bytes").getAsInt()).isEqualTo(32);
            assertThat(world.outJson().get("origin").getAsString()).isEqualTo("client-generated");
            assertThat(world.outJson().get("type").getAsString()).isEqualTo("symmetric key");
        }

        @Test
        void atServer_isMarkedAsKnownToIt() {
            assertThat(run("generate", "made there", "--at-server", "--bytes", "7", "--json"))
                    .isZero();
            assertThat(world.outJson().keySet()).containsExactly("label", "key_id", "bytes", "origin");
            assertThat(world.outJson().get("origin").getAsString()).isEqualTo("server-generated");
            assertThat(run("get", "made there", "--json")).isZero();
            assertThat(world.outJson().get("bytes").getAsInt()).isEqualTo(7);
        }

        @ParameterizedTest
        @ValueSource(strings = {"0", "-1", "65536", "many"})
        void otherLengths_areUsageErrors(String bytes) {
            assertThat(run("generate", "never made", "--bytes", bytes)).isEqualTo(2);
        }

        @Test
        void labelInUse_isAConflict() {
            put("in use", "x");
            assertThat(run("generate", "in use", "--json")).isEqualTo(6);
            assertThat(code()).isEqualTo("label_exists");
            assertThat(run("generate", "in use", "--at-server")).isEqualTo(6);
            assertThat(get("in use")).isEqualTo("x");
        }
    }

    @Nested
    class ImportAndExport {

        @ParameterizedTest
        @CsvSource({"hex, 68656c6c6f0a", "base64, aGVsbG8K", "raw, hello"})
        void secret_isTakenOutOfItsForm(String format, String text) throws Exception {
            Path file = server.file("to-import", text + "\n");
            assertThat(run("import", "as " + format, file.toString(), "--format", format, "--json"))
                    .isZero();
            assertThat(world.outJson().get("format").getAsString()).isEqualTo(format);
            assertThat(world.outJson().get("bytes").getAsInt()).isEqualTo(6);
            assertThat(get("as " + format)).isEqualTo("hello\n");
            assertThat(listed("as " + format).get("origin").getAsString()).isEqualTo("imported key");
        }

        @Test
        void privateKeyInPem_isMarkedAsOne() throws Exception {
            String pem = "-----BEGIN EC PRIVATE KEY-----\nMAUCAQEEAA==\n-----END EC PRIVATE KEY-----\n";
            world.standardInput(pem);
            assertThat(run("import", "key in pem", "--format", "PEM")).isZero();
            assertThat(world.out()).isEqualTo("Imported \"key in pem\" (7 bytes)." + System.lineSeparator());
            assertThat(listed("key in pem").get("type").getAsString()).isEqualTo("private key");
            assertThat(run("export", "key in pem", "--format", "pem")).isZero();
            assertThat(world.out()).isEqualTo(pem);
        }

        @Test
        void wrongForm_storesNothingAndAsksForNoPassword() throws Exception {
            Path file = server.file("wrong", "not hex");
            assertThat(world.run("import", "wrong form", file.toString(), "--format", "hex", "--json"))
                    .isEqualTo(2);
            assertThat(code()).isEqualTo("invalid_input");
            assertThat(world.errJson().get("kept").getAsString()).isEqualTo("Nothing was stored.");
            assertThat(world.person().prompts()).isEmpty();
            assertThat(run("import", "wrong form", file.toString(), "--format", "xml"))
                    .isEqualTo(2);
            assertThat(run("get", "wrong form")).isEqualTo(5);
        }

        @Test
        void withoutMore_exportHasALength() {
            put("short", "abc");
            assertThat(run("export", "short")).isZero();
            assertThat(world.outBytes()).containsExactly(3, 'a', 'b', 'c');
        }

        @Test
        void file_isTheOwnersAlone() throws Exception {
            put("to a file", "abc");
            Path file = server.path("exported");
            assertThat(run("export", "to a file", "--format", "hex", "-o", file.toString(), "--json"))
                    .isZero();
            assertThat(file).hasContent("616263\n");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(world.outJson().get("file").getAsString()).isEqualTo(file.toString());
            assertThat(world.outJson().has("exported")).isFalse();

            assertThat(world.run("export", "to a file", "-o", file.toString())).isEqualTo(6);
            assertThat(run("export", "to a file", "-o", file.toString(), "--force"))
                    .isZero();
            assertThat(file).hasBinaryContent(new byte[] {3, 'a', 'b', 'c'});
        }

        @Test
        void json_givesWhatWasExportedInBase64() {
            put("in json", "abc");
            assertThat(run("export", "in json", "--format", "hex", "--json")).isZero();
            assertThat(world.outJson().get("exported").getAsString()).isEqualTo("NjE2MjYzCg==");
        }

        @Test
        void keyId_meansTheSecretToo() {
            put("by its id", "abc");
            String id = listed("by its id").get("key_id").getAsString();
            assertThat(run("export", id, "--format", "raw")).isZero();
            assertThat(world.out()).isEqualTo("abc");
            assertThat(get(id)).isEqualTo("abc");
            // A label goes before an id that looks like it.
            put(id, "labelled like an id");
            assertThat(get(id)).isEqualTo("labelled like an id");
            assertThat(run("rm", id, "--yes")).isZero();
            assertThat(get(id)).isEqualTo("abc");
            assertThat(run("export", "0".repeat(32))).isEqualTo(5);
        }
    }

    @Nested
    class Replace {

        @Test
        void newBytes_takeThePlaceOfTheOld() {
            put("to replace", "old");
            JsonObject before = listed("to replace");
            world.standardInput("new bytes");
            assertThat(run("put", "to replace", "--replace")).isZero();
            assertThat(world.out()).startsWith("Replaced \"to replace\" (9 bytes).");
            assertThat(get("to replace")).isEqualTo("new bytes");
            assertThat(listed("to replace").get("key_id")).isEqualTo(before.get("key_id"));
            assertThat(listed("to replace").get("created")).isEqualTo(before.get("created"));
        }

        @Test
        void unknownLabel_isNotFoundAndNothingIsRead() {
            world.standardInput("new bytes");
            assertThat(run("put", "nothing here", "--replace", "--json")).isEqualTo(5);
            assertThat(world.surroundings().streams().in()).isNotEmpty();
        }

        @Test
        void missingFile_isToldBeforeThePasswordIsAskedFor() {
            assertThat(world.run("put", "x", server.path("none").toString(), "--replace"))
                    .isEqualTo(1);
            assertThat(world.run("put", "x", "--replace", "--password-stdin")).isEqualTo(2);
            assertThat(world.person().prompts()).isEmpty();
        }

        @Test
        void changeOfAnotherDeviceInBetween_isAConflict() {
            put("contested", "old");
            World other = server.device("other").variable("LATCHKEY_ACCOUNT", "mara");
            // What is read comes from the other device's hands: it is quicker.
            world.standardInput(new InputStream() {
                private boolean done;

                @Override
                public int read() {
                    throw new AssertionError("read in pieces");
                }

                @Override
                public int read(byte[] room, int from, int length) {
                    if (done) {
                        return -1;
                    }
                    done = true;
                    other.standardInput("quicker");
                    assertThat(other.run("put", "contested", "--replace", "--password-file", server.passwordFile()))
                            .isZero();
                    room[from] = 'x';
                    return 1;
                }
            });
            assertThat(run("put", "contested", "--replace", "--json")).isEqualTo(6);
            assertThat(code()).isEqualTo("conflict");
            assertThat(get("contested")).isEqualTo("quicker");
        }
    }

    @Nested
    class RemoveAndRename {

        @Test
        void yes_deletes() {
            put("to delete", "x");
            world.person().types("y");
            assertThat(run("rm", "to delete")).isZero();
            assertThat(world.person().prompts()).contains("Delete \"to delete\"? It can't be brought back. [y/N] ");
            assertThat(world.out()).isEqualTo("Deleted \"to delete\"." + System.lineSeparator());
            assertThat(run("get", "to delete")).isEqualTo(5);
            assertThat(run("rm", "to delete", "--yes", "--json")).isEqualTo(5);
            assertThat(code()).isEqualTo("not_found");
        }

        @Test
        void anythingElse_changesNothing() {
            put("to keep", "x");
            for (String answer : List.of("", "n", "no", "yep")) {
                world.person().types(answer);
                assertThat(world.run("rm", "to keep", "--json")).isEqualTo(1);
                assertThat(code()).isEqualTo("cancelled");
            }
            world.person().types("n");
            assertThat(world.run("rename", "to keep", "other")).isEqualTo(1);
            assertThat(get("to keep")).isEqualTo("x");
        }

        @Test
        void nobodyToAsk_isAUsageError() {
            assertThat(run("rm", "anything", "--json")).isEqualTo(2);
            assertThat(world.errJson().get("next").getAsString()).contains("--yes");
            assertThat(run("rename", "anything", "else")).isEqualTo(2);
        }

        @Test
        void rename_keepsTheSecret() {
            put("old name", "x");
            assertThat(run("rename", "old name", "new name", "--yes", "--json")).isZero();
            assertThat(world.outJson().get("label").getAsString()).isEqualTo("new name");
            assertThat(world.outJson().get("label_before").getAsString()).isEqualTo("old name");
            assertThat(get("new name")).isEqualTo("x");
            assertThat(run("get", "old name")).isEqualTo(5);
        }

        @Test
        void renameToALabelInUse_isAConflict() {
            put("first", "1");
            put("second", "2");
            assertThat(run("rename", "first", "second", "--yes", "--json")).isEqualTo(6);
            assertThat(code()).isEqualTo("label_exists");
            assertThat(get("first")).isEqualTo("1");
        }
    }

    @Nested
    class Lists {

        @Test
        void pages_followOneAnother() {
            put("page a", "1");
            put("page b", "2");
            List<String> labels = new ArrayList<>();
            assertThat(run("list", "--limit", "1", "--json")).isZero();
            while (true) {
                JsonArray secrets = world.outJson().getAsJsonArray("secrets");
                assertThat(secrets.size()).isLessThanOrEqualTo(1);
                secrets.forEach(secret ->
                        labels.add(secret.getAsJsonObject().get("label").getAsString()));
                if (world.outJson().get("next").isJsonNull() || labels.size() == 3) {
                    break;
                }
                String next = world.outJson().get("next").getAsString();
                assertThat(run("list", "--limit", "1", "--after", next, "--json"))
                        .isZero();
            }
            assertThat(labels).doesNotHaveDuplicates().hasSizeGreaterThan(1);
            assertThat(run("list", "--limit", "1")).isZero();
            assertThat(world.err()).contains("There are more: add --limit 1 --after ");
        }

        @Test
        void columns_tellOfTheLastRetrieval() {
            put("retrieved", "1");
            assertThat(listed("retrieved").get("last_retrieved").isJsonNull()).isTrue();
            get("retrieved");
            assertThat(listed("retrieved").get("last_retrieved").isJsonNull()).isFalse();
            assertThat(run("list")).isZero();
            assertThat(world.out())
                    .startsWith("LABEL")
                    .containsPattern("(?m)^retrieved +opaque bytes +imported key +20..-..-.. .*20..-..-..");
        }

        @Test
        void wrongPages_areUsageErrors() {
            assertThat(run("list", "--limit", "0")).isEqualTo(2);
            assertThat(run("list", "--limit", "501")).isEqualTo(2);
            assertThat(run("list", "--after", "1")).isEqualTo(2);
            assertThat(run("list", "--limit", "1", "--after", "-1")).isEqualTo(2);
        }
    }

    @Nested
    class Copy {

        @TempDir
        private Path desktop;

        @Test
        void secret_isClearedAfterATime() throws Exception {
            FakeClipboard clipboard = new FakeClipboard(desktop).programs("wl-copy", "wl-paste");
            put("to copy", "a secret");
            world.variable("PATH", desktop.toString()).variable("WAYLAND_DISPLAY", "wayland-0");
            List<String> meanwhile = new ArrayList<>();
            world.time().meanwhile(() -> {
                try {
                    meanwhile.add(clipboard.content());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThat(run("get", "to copy", "--copy")).isZero();
            assertThat(world.time().waits()).containsExactly(Duration.ofSeconds(45));
            assertThat(meanwhile).containsExactly("a secret");
            assertThat(clipboard.content()).isEmpty();
            assertThat(world.out())
                    .isEqualTo("Copied \"to copy\" (8 bytes) to the clipboard." + System.lineSeparator());
            assertThat(world.err()).contains("45 seconds", "The clipboard was cleared.");

            assertThat(run("get", "to copy", "--copy", "--json")).isZero();
            assertThat(world.outJson().get("clipboard_seconds").getAsInt()).isEqualTo(45);
            assertThat(world.outJson().has("secret")).isFalse();
            assertThat(world.err()).isEmpty();
        }

        @Test
        void noClipboard_isSaidBeforeThePasswordIsAskedFor() {
            world.variable("PATH", desktop.toString());
            assertThat(world.run("get", "anything", "--copy", "--json")).isEqualTo(1);
            assertThat(code()).isEqualTo("no_clipboard");
            assertThat(world.person().prompts()).isEmpty();
        }

        @Test
        void copyAndFile_areAUsageError() {
            assertThat(run("get", "anything", "--copy", "-o", "x")).isEqualTo(2);
        }
    }

    @Nested
    class Audit {

        private List<String> actions() {
            List<String> actions = new ArrayList<>();
            world.outJson()
                    .getAsJsonArray("entries")
                    .forEach(entry ->
                            actions.add(entry.getAsJsonObject().get("action").getAsString()));
            return actions;
        }

        @Test
        void ofASecret_tellsAllThatWasDone() {
            put("watched", "1");
            world.standardInput("2");
            assertThat(run("put", "watched", "--replace")).isZero();
            get("watched");
            String id = listed("watched").get("key_id").getAsString();
            assertThat(run("rename", "watched", "watched still", "--yes")).isZero();
            assertThat(run("audit", "--key", "watched still", "--json")).isZero();
            assertThat(actions())
                    .containsExactly("secret-renamed", "secret-retrieved-export", "secret-replaced", "secret-stored");
            JsonObject newest = world.outJson().getAsJsonArray("entries").get(0).getAsJsonObject();
            assertThat(newest.keySet())
                    .containsExactly("n", "time", "action", "outcome", "key_id", "label", "session_id", "object");
            assertThat(newest.get("label").getAsString()).isEqualTo("watched still");

            assertThat(run("rm", "watched still", "--yes")).isZero();
            assertThat(run("audit", "--key", id, "--kind", "secret-deleted,secret-stored", "--json"))
                    .isZero();
            assertThat(actions()).containsExactly("secret-deleted", "secret-stored");
            assertThat(world.out()).contains("\"label\":null");
        }

        @Test
        void times_boundWhatIsShown() {
            assertThat(run("audit", "--since", "1h", "--limit", "2", "--json")).isZero();
            assertThat(actions()).hasSize(2);
            assertThat(run("audit", "--until", "2020-01-01")).isZero();
            assertThat(world.out()).isEqualTo("No entry is like that." + System.lineSeparator());
            assertThat(run("audit", "--limit", "1")).isZero();
            assertThat(world.err()).contains("There are older ones");
        }

        @Test
        void export_isAFileOfTheOwnerAlone() throws Exception {
            put("=HYPERLINK(\"x\")", "1");
            Path file = server.path("audit.csv");
            assertThat(run("audit", "--export", file.toString(), "--format", "csv", "--json"))
                    .isZero();
            assertThat(world.outJson().keySet()).containsExactly("file", "format", "entries");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(Files.readString(file))
                    .startsWith("n,time,action,outcome,key_id,label,session_id,object\r\n")
                    .contains(",\"'=HYPERLINK(\"\"x\"\")\",")
                    .contains(",account-registered,done,");
            assertThat(world.run("audit", "--export", file.toString())).isEqualTo(6);

            assertThat(run("audit", "--export", file.toString(), "--force")).isZero();
            assertThat(Files.readAllLines(file, UTF_8)).allMatch(line -> line.startsWith("{\"n\":"));
        }

        @Test
        void lines_goToStandardOutput() {
            assertThat(run("audit", "--format", "jsonl", "--limit", "3")).isZero();
            assertThat(world.out().lines()).hasSize(3).allMatch(line -> line.startsWith("{\"n\":"));
        }

        @Test
        void wrongUse_isAUsageError() {
            assertThat(run("audit", "--kind", "nonsense")).isEqualTo(2);
            assertThat(world.err()).contains("login-failed, secret-stored");
            assertThat(run("audit", "--limit", "0")).isEqualTo(2);
            assertThat(run("audit", "--since", "yesterday")).isEqualTo(2);
            assertThat(run("audit", "--json", "--format", "csv")).isEqualTo(2);
            assertThat(run("audit", "--force")).isEqualTo(2);
            assertThat(run("audit", "--key", "no such label", "--json")).isEqualTo(5);
        }
    }
}
