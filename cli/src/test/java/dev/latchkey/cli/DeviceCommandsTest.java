package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.ServerAddress;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.Password;
import java.nio.file.Path;
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

/** The devices and sessions of an account, against a real server. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeviceCommandsTest {

    @TempDir
    private static Path files;

    private OwnersServer server;
    private int accounts;
    private String account;
    private World laptop;

    @BeforeAll
    void startServer() throws Exception {
        server = OwnersServer.start(files);
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    @BeforeEach
    void register() throws Exception {
        account = "owner-" + accounts++;
        laptop = server.register(account);
    }

    private int run(World world, String... arguments) {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(List.of("--password-file", server.passwordFile()));
        return world.run(all.toArray(String[]::new));
    }

    /** Another device of the same owner, which has logged in once. */
    private World phone() {
        World phone = server.device(account + "-phone").variable("LATCHKEY_ACCOUNT", account);
        assertThat(run(phone, "login")).isZero();
        return phone;
    }

    private List<JsonObject> list(World world, String what) {
        assertThat(run(world, what, "--json")).isZero();
        List<JsonObject> lines = new ArrayList<>();
        world.outJson().getAsJsonArray(what).forEach(line -> lines.add(line.getAsJsonObject()));
        return lines;
    }

    private String idOfOther(World world) {
        return list(world, "devices").stream()
                .filter(device -> !device.get("this_device").getAsBoolean())
                .findAny()
                .orElseThrow()
                .get("device_id")
                .getAsString();
    }

    @Nested
    class Devices {

        @Test
        void table_showsThisDeviceAndTheOthers() {
            phone();

            assertThat(run(laptop, "devices")).isZero();

            String[] lines = laptop.out().split("\\R");
            assertThat(lines).hasSize(3);
            assertThat(lines[0]).matches("NAME +ID +ADDED +LAST USED");
            assertThat(lines[1]).matches(".+  [0-9a-f]{8}  .*");
            assertThat(lines).filteredOn(line -> line.endsWith("this device")).hasSize(1);
        }

        @Test
        void name_isTheOneOfItsVariable() {
            World phone = server.device(account + "-phone")
                    .variable("LATCHKEY_ACCOUNT", account)
                    .variable("LATCHKEY_DEVICE", "Mara's phone");
            assertThat(run(phone, "login")).isZero();

            assertThat(list(laptop, "devices"))
                    .extracting(device -> device.get("name").getAsString())
                    .contains("Mara's phone");
        }

        @Test
        void name_thatIsNone_isRefusedBeforeAnythingIsSent() {
            World phone = server.device(account + "-phone")
                    .variable("LATCHKEY_ACCOUNT", account)
                    .variable("LATCHKEY_DEVICE", "x".repeat(65));

            assertThat(run(phone, "login")).isEqualTo(2);
            assertThat(phone.err()).contains("LATCHKEY_DEVICE", "Nothing was sent");
        }

        @Test
        void json_hasWholeIdsAndTimes() {
            assertThat(list(laptop, "devices")).singleElement().satisfies(device -> {
                assertThat(device.keySet()).containsExactly("device_id", "name", "added", "last_used", "this_device");
                assertThat(device.get("device_id").getAsString()).matches("[0-9a-f]{32}");
                assertThat(device.get("this_device").getAsBoolean()).isTrue();
            });
        }

        @Test
        void revoke_byItsFirstDigits_endsTheTicket() {
            phone();
            String id = idOfOther(laptop);

            assertThat(run(laptop, "devices", "revoke", id.substring(0, 8), "--yes", "--json"))
                    .isZero();
            assertThat(laptop.outJson().get("device_id").getAsString()).isEqualTo(id);
            assertThat(list(laptop, "devices")).hasSize(1);
            assertThat(run(laptop, "audit", "--kind", "device-added,device-revoked"))
                    .isZero();
            assertThat(laptop.out()).contains("device-revoked").contains("device " + id.substring(0, 8));
        }

        @Test
        void revoke_others_leavesThisOne() {
            phone();

            assertThat(run(laptop, "devices", "revoke", "--others", "--yes")).isZero();
            assertThat(laptop.out()).startsWith("Revoked 1 other device.");
            assertThat(list(laptop, "devices")).hasSize(1);
            assertThat(run(laptop, "devices", "revoke", "--others", "--yes")).isZero();
            assertThat(laptop.out()).startsWith("There was no other device.");
        }

        @Test
        void revoke_isAskedAbout() {
            phone();
            String id = idOfOther(laptop).substring(0, 6);
            laptop.person().types("n");
            assertThat(run(laptop, "devices", "revoke", id)).isEqualTo(1);
            assertThat(laptop.person().prompts()).last().isEqualTo("Revoke the device " + id + "? [y/N] ");
            assertThat(list(laptop, "devices")).hasSize(2);
            laptop.person().types("y");
            assertThat(run(laptop, "devices", "revoke", id)).isZero();
            assertThat(list(laptop, "devices")).hasSize(1);
        }

        @Test
        void revoke_whatIsNotThere_isNotFound() {
            String other = idOfOwn().startsWith("0000") ? "1111" : "0000";

            assertThat(run(laptop, "devices", "revoke", other, "--yes", "--json"))
                    .isEqualTo(5);
            assertThat(laptop.errJson().get("code").getAsString()).isEqualTo("not_found");
        }

        private String idOfOwn() {
            return list(laptop, "devices").get(0).get("device_id").getAsString();
        }

        @Test
        void revoke_usedWrongly_isUsage() {
            for (String[] wrong : new String[][] {
                {"devices", "revoke", "--yes"},
                {"devices", "revoke", "abcd", "--others", "--yes"},
                {"devices", "revoke", "abc", "--yes"},
                {"devices", "revoke", "wxyz", "--yes"},
                {"devices", "revoke", "0".repeat(33), "--yes"},
                {"devices", "--account", "somebody", "revoke", "--others", "--yes"},
                {"devices", "everything"}
            }) {
                assertThat(run(laptop, wrong)).as(String.join(" ", wrong)).isEqualTo(2);
            }
            assertThat(list(laptop, "devices")).hasSize(1);
        }
    }

    @Nested
    class Sessions {

        private KeySession openElsewhere(KeyClient client, Password password) throws Exception {
            return client.logIn(AccountName.of(account), password);
        }

        private KeyClient client() throws Exception {
            return KeyClient.builder(ServerAddress.parse(
                            laptop.surroundings().environment().get("LATCHKEY_SERVER")))
                    .trust(Path.of(laptop.surroundings().environment().get("LATCHKEY_CA")))
                    .build();
        }

        @Test
        void table_showsThisOneAndTheOthers() throws Exception {
            try (KeyClient client = client();
                    Password password = Password.of(OwnersServer.PASSWORD.toCharArray());
                    KeySession other = openElsewhere(client, password)) {
                assertThat(run(laptop, "sessions")).isZero();

                String[] lines = laptop.out().split("\\R");
                assertThat(lines).hasSize(3);
                assertThat(lines[0]).matches("ID +KIND +OPENED +LAST USED +DEVICE");
                assertThat(lines[1]).contains("request").endsWith("not a known one");
                assertThat(lines[2]).endsWith("this one");
                assertThat(other.listAll()).isEmpty();
            }
        }

        @Test
        void close_byItsFirstDigits_endsIt() throws Exception {
            try (KeyClient client = client();
                    Password password = Password.of(OwnersServer.PASSWORD.toCharArray());
                    KeySession other = openElsewhere(client, password)) {
                JsonObject listed = list(laptop, "sessions").get(0);
                assertThat(listed.keySet())
                        .containsExactly(
                                "session_id",
                                "kind",
                                "opened",
                                "last_used",
                                "device_id",
                                "device_name",
                                "this_session");
                String id = listed.get("session_id").getAsString();

                assertThat(run(laptop, "sessions", "close", id.substring(0, 8), "--yes"))
                        .isZero();
                assertThat(laptop.out()).startsWith("Ended the session " + id.substring(0, 8));
                assertThat(run(laptop, "sessions", "close", id, "--yes")).isEqualTo(5);
                assertThat(run(laptop, "audit", "--kind", "session-closed-by-owner"))
                        .isZero();
                assertThat(laptop.out()).contains("session " + id.substring(0, 8));
                assertThat(other.facts()).isNotNull();
            }
        }

        @Test
        void close_others_countsThem() throws Exception {
            try (KeyClient client = client();
                    Password password = Password.of(OwnersServer.PASSWORD.toCharArray());
                    KeySession first = openElsewhere(client, password);
                    KeySession second = openElsewhere(client, password)) {
                assertThat(first.facts().userId()).isEqualTo(second.facts().userId());

                assertThat(run(laptop, "sessions", "close", "--others", "--yes", "--json"))
                        .isZero();
                assertThat(laptop.outJson().get("closed").getAsInt()).isEqualTo(2);
                assertThat(list(laptop, "sessions")).hasSize(1);
            }
        }

        @Test
        void inTheShell_theyAreTheSameCommands() {
            laptop.standardInput("devices\nsessions\nsessions close --others --yes\ndevices revoke --others --yes\n");

            assertThat(run(laptop, "shell")).isZero();

            assertThat(laptop.out())
                    .contains("this device")
                    .contains("this one")
                    .contains("There was no other session.")
                    .contains("There was no other device.");
        }

        @Test
        void close_usedWrongly_isUsage() {
            for (String[] wrong : new String[][] {
                {"sessions", "close", "--yes"},
                {"sessions", "close", "abcd", "--others", "--yes"},
                {"sessions", "close", "abc", "--yes"},
                {"sessions", "--account", "somebody", "close", "--others", "--yes"}
            }) {
                assertThat(run(laptop, wrong)).as(String.join(" ", wrong)).isEqualTo(2);
            }
        }
    }

    @Nested
    class An_id {

        private final List<byte[]> ids = List.of(new byte[] {0x12, 0x34, 0x56}, new byte[] {0x12, 0x34, 0x57});

        private byte[] find(String digits) throws CommandFailure {
            return IdPrefix.of(digits, picocli.CommandLine.Model.CommandSpec.create())
                    .findIn(ids, id -> id, "device", "latchkey devices");
        }

        @Test
        void thatMeansOneThing_isFound() throws CommandFailure {
            assertThat(find("123456")).isEqualTo(ids.get(0));
        }

        @Test
        void thatMeansSeveral_isRefusedAsInput() {
            assertThat(org.assertj.core.api.Assertions.catchThrowableOfType(CommandFailure.class, () -> find("1234")))
                    .satisfies(e -> assertThat(e.code().exitCode().number()).isEqualTo(2))
                    .satisfies(e -> assertThat(e.what()).contains("More than one device"));
        }

        @Test
        void thatMeansNothing_isNotFound() {
            assertThat(org.assertj.core.api.Assertions.catchThrowableOfType(CommandFailure.class, () -> find("9999")))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(FailureCode.NOT_FOUND));
        }
    }
}
