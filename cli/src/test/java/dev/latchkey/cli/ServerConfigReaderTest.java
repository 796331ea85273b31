package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.server.seal.RootKeySource.InFile;
import dev.latchkey.server.seal.RootKeySource.InToken;
import dev.latchkey.server.seal.RootKeySource.InVault;
import dev.latchkey.server.store.StoreLocation.PostgresDatabase;
import dev.latchkey.server.store.StoreLocation.SqliteFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerConfigReaderTest {

    private static final String COMPLETE = """
            listen = "127.0.0.1:9000"
            [storage]
            url = "sqlite:data/latchkey.db"
            [tls]
            certificate = "server.pem"
            key = "/etc/latchkey/key.pem"
            [keys]
            root = "root.key"
            """;

    private final World world = new World();

    @TempDir
    private Path folder;

    private ServerConfig read(String toml) throws Exception {
        return ServerConfigReader.read(Optional.of(file(toml)), world.surroundings());
    }

    private Path file(String toml) throws IOException {
        return Files.writeString(folder.resolve("latchkey.toml"), toml);
    }

    private CommandFailure failure(String toml) {
        CommandFailure failure = catchThrowableOfType(CommandFailure.class, () -> read(toml));
        assertThat(failure.code()).isEqualTo(FailureCode.INVALID_CONFIGURATION);
        return failure;
    }

    @Nested
    class File {

        @Test
        void everySetting_isRead() throws Exception {
            ServerConfig config = read(COMPLETE);
            assertThat(config.listen()).isEqualTo(new ListenAddress("127.0.0.1", 9000));
            assertThat(config.storage()).isEqualTo(new SqliteFile(folder.resolve("data/latchkey.db")));
            assertThat(config.tls().certificate()).isEqualTo(folder.resolve("server.pem"));
            assertThat(config.tls().key()).isEqualTo(Path.of("/etc/latchkey/key.pem"));
            assertThat(config.rootKey()).isEqualTo(new InFile(folder.resolve("root.key")));
        }

        @Test
        void listen_hasADefault() throws Exception {
            assertThat(read(COMPLETE.replaceFirst("listen.*\n", "")).listen())
                    .isEqualTo(new ListenAddress("localhost", 7443));
        }

        @Test
        void ipv6Address_standsInBrackets() throws Exception {
            assertThat(read(COMPLETE.replace("127.0.0.1:9000", "[::]:9000")).listen())
                    .isEqualTo(new ListenAddress("::", 9000));
        }

        @ParameterizedTest
        @CsvSource({"url, storage.url", "certificate, tls.certificate", "key, tls.key", "root, keys.root"})
        void missingSetting_isNamedWithItsVariable(String key, String path) {
            assertThat(failure(COMPLETE.replaceFirst("(?m)^" + key + " =.*$", ""))
                            .what())
                    .contains(path, "LATCHKEY_");
        }

        @Test
        void unknownSetting_isNamedWithItsPlace() {
            assertThat(failure(COMPLETE + "rot = \"x\"\n").what())
                    .contains("latchkey.toml, line 9, column 1", "\"keys.rot\"", "keys.root");
        }

        @Test
        void unknownTable_isNamedWithItsPlace() {
            assertThat(failure(COMPLETE + "[key]\nroot = \"x\"\n").what()).contains("line 10", "\"key.root\"");
        }

        @ParameterizedTest
        @ValueSource(strings = {"9000", "true", "[\"a\"]", "\"\"", "{ a = \"b\" }"})
        void settingThatIsNoText_isRefusedWithItsPlace(String value) {
            assertThat(failure(COMPLETE.replace("\"127.0.0.1:9000\"", value)).what())
                    .contains("line 1", "listen");
        }

        @ParameterizedTest
        @ValueSource(strings = {"9000", "localhost", "localhost:", "localhost:65536", "::1:9000", "a b:1", ":9000"})
        void badAddress_isRefused(String address) {
            assertThat(failure(COMPLETE.replace("127.0.0.1:9000", address)).what())
                    .contains("line 1", "HOST:PORT");
        }

        @Test
        void whatAnOperatorSees_isOffUnlessItIsSet() throws Exception {
            assertThat(read(COMPLETE).operations()).isEqualTo(ServerConfig.Operations.DEFAULT);
            assertThat(read(COMPLETE + """
                                    [operations]
                                    listen = "[::1]:7444"
                                    grace_seconds = 5
                                    traces = "http://127.0.0.1:4318"
                                    [log]
                                    format = "json"
                                    """).operations())
                    .isEqualTo(new ServerConfig.Operations(
                            Optional.of(new ListenAddress("::1", 7444)),
                            Duration.ofSeconds(5),
                            Optional.of(URI.create("http://127.0.0.1:4318")),
                            LogFormat.JSON,
                            false));
        }

        @ParameterizedTest
        @CsvSource({
            "operations.listen, \"7444\", HOST:PORT",
            "operations.grace_seconds, 46, 1 to 45",
            "operations.traces, \"127.0.0.1:4318\", http://127.0.0.1:4318",
            "operations.traces, \"grpc://127.0.0.1:4317\", http://127.0.0.1:4318",
            "operations.traces, \"http://127.0.0.1:4318/v1/traces\", without a path",
            "operations.traces, \"http://127.0.0.1:4318?a=b\", without a path",
            "log.format, \"JSON\", text or json"
        })
        void badSettingOfWhatAnOperatorSees_isRefused(String path, String value, String expected) {
            assertThat(failure(path + " = " + value + "\n" + COMPLETE).what()).contains("line 1", expected);
        }

        @Test
        void collector_isThatOfTheVariableAndAServerIsStartedWithIt() throws Exception {
            world.variable("LATCHKEY_OPERATIONS_TRACES", "https://collector.example");
            ServerConfig config = read("operations.traces = \"http://127.0.0.1:4318\"\n" + COMPLETE);
            assertThat(ServerRunner.options(config).traces()).contains(URI.create("https://collector.example"));
            assertThat(ServerRunner.options(config.forTryingOut()).traces()).isPresent();
        }

        @Test
        void collectorWithAPassword_isRefusedAndNotRepeated() {
            assertThat(failure("operations.traces = \"https://me:hidden@collector.example\"\n" + COMPLETE)
                            .what())
                    .contains("line 1", "without a password")
                    .doesNotContain("hidden");
        }

        @Test
        void postgresql_isReadWithItsUserAndPasswordFile() throws Exception {
            String url = "postgresql://a:5432,b/latchkey?sslmode=require";
            assertThat(read(COMPLETE.replace(
                                    "url = \"sqlite:data/latchkey.db\"",
                                    "url = \"" + url + "\"\nuser = \"mara\"\npassword_file = \"pw\""))
                            .storage())
                    .isEqualTo(new PostgresDatabase(
                            url, "mara", Optional.of(folder.resolve("pw")), PostgresDatabase.DEFAULT_CONNECTIONS));
        }

        @Test
        void connections_areANumber() throws Exception {
            String postgres = COMPLETE.replace(
                    "url = \"sqlite:data/latchkey.db\"",
                    "url = \"postgresql://a/latchkey\"\nuser = \"mara\"\nconnections = ");
            assertThat(read(postgres.replace("connections = ", "connections = 25"))
                            .storage())
                    .isEqualTo(new PostgresDatabase("postgresql://a/latchkey", "mara", Optional.empty(), 25));
            for (String wrong : List.of("0", "1001", "-1")) {
                assertThat(failure(postgres.replace("connections = ", "connections = " + wrong))
                                .what())
                        .contains("line 5", "storage.connections", "1 to 1000");
            }
        }

        @Test
        void postgresqlWithoutUser_isRefused() {
            assertThat(failure(COMPLETE.replace("sqlite:data/latchkey.db", "postgresql://a/latchkey"))
                            .what())
                    .contains("storage.user", "LATCHKEY_STORAGE_USER");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "postgresql:",
                    "postgresql://a",
                    "postgresql://a:b/latchkey",
                    "postgresql://a/latchkey?password=hidden",
                    "postgresql://a/latchkey?user=mara"
                })
        void postgresqlAddressThatIsNone_isRefusedAndNotRepeated(String url) {
            assertThat(failure(COMPLETE.replace(
                                    "url = \"sqlite:data/latchkey.db\"", "url = \"" + url + "\"\nuser = \"mara\""))
                            .what())
                    .contains("line 3")
                    .doesNotContain("hidden");
        }

        @Test
        void userForSqlite_isRefused() {
            assertThat(failure(COMPLETE.replace("[tls]", "user = \"mara\"\n[tls]"))
                            .what())
                    .contains("storage.user", "PostgreSQL");
        }

        @ParameterizedTest
        @ValueSource(strings = {"latchkey.db", "sqlite:", "mysql://x", "SQLITE:x", "postgres://localhost/latchkey"})
        void badStorageUrl_isRefused(String url) {
            assertThat(failure(COMPLETE.replace("sqlite:data/latchkey.db", url)).what())
                    .contains("sqlite:PATH");
        }

        @Test
        void settingTwice_isRefused() {
            assertThat(failure("listen = \"a:1\"\n" + COMPLETE).what()).contains("line 2");
        }

        @Test
        void brokenToml_isRefusedWithItsPlace() {
            assertThat(failure("listen = \"a:1\nx").what()).contains("line 1");
        }

        @Test
        void missingFile_isNamed() {
            CommandFailure failure = catchThrowableOfType(
                    CommandFailure.class,
                    () -> ServerConfigReader.read(Optional.of(folder.resolve("none.toml")), world.surroundings()));
            assertThat(failure.what()).contains("none.toml");
            assertThat(failure.code().exitCode()).isEqualTo(ExitCode.USAGE);
        }
    }

    @Nested
    class Variables {

        @Test
        void every_goesBeforeTheFile() throws Exception {
            world.variable("LATCHKEY_LISTEN", "10.0.0.1:1")
                    .variable("LATCHKEY_STORAGE_URL", "sqlite:/v/db")
                    .variable("LATCHKEY_TLS_CERTIFICATE", "/v/cert")
                    .variable("LATCHKEY_TLS_KEY", "/v/key")
                    .variable("LATCHKEY_KEYS_ROOT", "/v/root")
                    .variable("LATCHKEY_ADMIN_SOCKET", "/v/admin");
            ServerConfig expected = new ServerConfig(
                    new ListenAddress("10.0.0.1", 1),
                    new ServerConfig.Data(new SqliteFile(Path.of("/v/db")), new InFile(Path.of("/v/root"))),
                    new ServerConfig.Tls(Path.of("/v/cert"), Path.of("/v/key")),
                    ServerConfig.Traffic.DEFAULT,
                    new ServerConfig.Operator(Optional.of(Path.of("/v/admin")), ServerConfig.Operations.DEFAULT));
            assertThat(read(COMPLETE)).isEqualTo(expected);
            assertThat(ServerConfigReader.read(Optional.empty(), world.surroundings()))
                    .isEqualTo(expected);
        }

        @Test
        void relativePath_startsAtTheCurrentFolder() throws Exception {
            world.variable("LATCHKEY_KEYS_ROOT", "r.key");
            assertThat(read(COMPLETE).rootKey())
                    .isEqualTo(new InFile(Path.of("r.key").toAbsolutePath()));
        }

        @Test
        void badValue_isNamedByItsVariable() {
            world.variable("LATCHKEY_LISTEN", "nowhere");
            assertThat(failure(COMPLETE).what()).contains("LATCHKEY_LISTEN");
        }

        @Test
        void noneAndNoFile_listsWhatIsNeeded() {
            CommandFailure failure = catchThrowableOfType(
                    CommandFailure.class, () -> ServerConfigReader.read(Optional.empty(), world.surroundings()));
            assertThat(failure.what())
                    .contains(
                            "LATCHKEY_STORAGE_URL",
                            "LATCHKEY_TLS_CERTIFICATE",
                            "LATCHKEY_TLS_KEY",
                            "LATCHKEY_KEYS_ROOT");
        }
    }

    @Nested
    class RootKeyElsewhere {
        private final String withoutKey = COMPLETE.replaceFirst("(?m)^root = .*$", "");

        @Test
        void inAToken_isRead() throws Exception {
            assertThat(read(withoutKey + """
                    [root_key]
                    kind = "pkcs11"
                    library = "/usr/lib/token.so"
                    slot = 1627418228
                    pin_file = "pin"
                    label = "root"
                    """).rootKey())
                    .isEqualTo(
                            new InToken(Path.of("/usr/lib/token.so"), 1_627_418_228L, folder.resolve("pin"), "root"));
        }

        @Test
        void inVault_isRead() throws Exception {
            assertThat(read(withoutKey + """
                    [root_key]
                    kind = "vault"
                    url = "https://vault.example:8200/v1/transit"
                    name = "latchkey"
                    token_file = "token"
                    """).rootKey())
                    .isEqualTo(new InVault(
                            URI.create("https://vault.example:8200/v1/transit"),
                            "latchkey",
                            folder.resolve("token"),
                            Optional.empty()));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "kind = 'elsewhere'",
                    "kind = 'pkcs11'",
                    "kind = 'pkcs11'\nlibrary = '/a b'\nslot = 0\npin_file = 'p'\nlabel = 'l'",
                    "kind = 'vault'\nurl = 'http://vault/v1/transit'\nname = 'n'\ntoken_file = 't'",
                    "kind = 'vault'\nurl = 'https://user@vault/v1/transit'\nname = 'n'\ntoken_file = 't'",
                    "kind = 'vault'\nurl = 'https://vault/v1/transit'\nname = '../n'\ntoken_file = 't'",
                    "kind = 'vault'\nslot = 1\nurl = 'https://vault/v1/transit'\nname = 'n'\ntoken_file = 't'"
                })
        void notAsItMustBe_isRefused(String settings) {
            assertThat(failure(withoutKey + "\n[root_key]\n" + settings + "\n").what())
                    .isNotEmpty();
        }

        @Test
        void besideAFile_isRefused() {
            assertThat(failure(COMPLETE + "\n[root_key]\nkind = 'vault'\n").what())
                    .contains("keys.root");
            assertThat(failure(COMPLETE + "\n[root_key]\nslot = 1\n").what()).contains("root_key.slot");
        }
    }

    @Test
    void templateOfInit_isComplete() throws Exception {
        ServerSetup setup = new ServerSetup(
                new ServerFolder(folder), new java.security.SecureRandom(), java.time.Clock.systemUTC());
        setup.makeConfiguration(folder.resolve("latchkey.toml"));
        assertThat(ServerConfigReader.read(Optional.of(folder.resolve("latchkey.toml")), world.surroundings()))
                .isEqualTo(new ServerFolder(folder).config(new ListenAddress("localhost", 7443)));
    }

    @Test
    void templateOfInit_inAnotherFolder_leadsBackToTheFiles() throws Exception {
        Path server = folder.resolve("the \"server\" 🔑");
        ServerSetup setup = new ServerSetup(
                new ServerFolder(server), new java.security.SecureRandom(), java.time.Clock.systemUTC());
        setup.makeConfiguration(folder.resolve("elsewhere.toml"));
        assertThat(ServerConfigReader.read(Optional.of(folder.resolve("elsewhere.toml")), world.surroundings()))
                .isEqualTo(new ServerFolder(server).config(new ListenAddress("localhost", 7443)));
    }
}
