package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.server.peer.AddressPrefix;
import dev.latchkey.server.peer.TrustedProxies;
import dev.latchkey.server.store.Rate;
import dev.latchkey.server.store.ThroughputLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrafficSettingsTest {

    private static final String REQUIRED = """
            storage.url = "sqlite:latchkey.db"
            tls.certificate = "server.pem"
            tls.key = "key.pem"
            keys.root = "root.key"
            """;

    private final World world = new World();

    @TempDir
    private Path folder;

    private ServerConfig.Traffic read(String toml) throws Exception {
        Path file = Files.writeString(folder.resolve("latchkey.toml"), REQUIRED + toml);
        return ServerConfigReader.read(Optional.of(file), world.surroundings()).traffic();
    }

    private String failure(String toml) {
        CommandFailure failure = catchThrowableOfType(CommandFailure.class, () -> read(toml));
        assertThat(failure).as("%s should be refused", toml).isNotNull();
        assertThat(failure.code()).isEqualTo(FailureCode.INVALID_CONFIGURATION);
        return failure.what();
    }

    private static TrustedProxies proxies(String... networks) {
        return new TrustedProxies(Stream.of(networks)
                .map(network -> AddressPrefix.parse(network).orElseThrow())
                .toList());
    }

    @Test
    void settings_leftOut_haveDefaults() throws Exception {
        assertThat(read("")).isEqualTo(ServerConfig.Traffic.DEFAULT);
    }

    @Test
    void settings_ofTheFile_areRead() throws Exception {
        assertThat(read("""
                [limits]
                per_address_per_second = 1
                per_address_burst = 2
                per_account_per_second = 3
                per_account_burst = 4
                whole_server_per_second = 5
                whole_server_burst = 6
                [proxies]
                trusted = ["10.0.0.0/8", "2001:db8::7"]
                """))
                .isEqualTo(new ServerConfig.Traffic(
                        new ThroughputLimits(new Rate(1, 2), new Rate(3, 4), new Rate(5, 6)),
                        proxies("10.0.0.0/8", "2001:db8::7")));
    }

    @Test
    void variables_goBeforeTheFile() throws Exception {
        world.variable("LATCHKEY_LIMITS_PER_ADDRESS_PER_SECOND", "11")
                .variable("LATCHKEY_LIMITS_PER_ADDRESS_BURST", "12")
                .variable("LATCHKEY_LIMITS_PER_ACCOUNT_PER_SECOND", "13")
                .variable("LATCHKEY_LIMITS_PER_ACCOUNT_BURST", "14")
                .variable("LATCHKEY_LIMITS_WHOLE_SERVER_PER_SECOND", "15")
                .variable("LATCHKEY_LIMITS_WHOLE_SERVER_BURST", "16")
                .variable("LATCHKEY_PROXIES_TRUSTED", "192.0.2.1, 10.0.0.0/8");

        assertThat(read("limits.per_address_burst = 2\nproxies.trusted = [\"::1\"]\n"))
                .isEqualTo(new ServerConfig.Traffic(
                        new ThroughputLimits(new Rate(11, 12), new Rate(13, 14), new Rate(15, 16)),
                        proxies("192.0.2.1", "10.0.0.0/8")));
    }

    @Test
    void list_empty_trustsNobody() throws Exception {
        assertThat(read("proxies.trusted = []\n").proxies()).isEqualTo(TrustedProxies.NONE);
    }

    @Test
    void burst_leftOut_followsASmallRate() throws Exception {
        assertThat(read("limits.whole_server_per_second = 1\n").throughput().wholeServer())
                .isEqualTo(new Rate(1, 3600));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1000001", "99999999999999"})
    void number_outOfBounds_isRefusedWithThem(String number) {
        assertThat(failure("limits.per_address_per_second = " + number + "\n"))
                .contains("line 5", "limits.per_address_per_second", "from 1 to 1000000", number);
    }

    @Test
    void burst_thatComesBackTooSlowly_isRefused() {
        assertThat(failure("limits.per_account_burst = 18001\n"))
                .contains("limits.per_account_burst", "from 1 to 18000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"5\"", "5.0", "true", "[5]", "{ a = 5 }"})
    void number_ofAnotherType_isRefusedWithItsPlace(String value) {
        assertThat(failure("limits.per_account_burst = " + value + "\n")).contains("line 5", "limits.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"10.0.0.0/8\"", "8", "[8]", "[[\"::1\"]]", "[\"\"]", "[\"::1,::2\"]"})
    void proxies_ofAnotherType_areRefusedWithTheirPlace(String value) {
        assertThat(failure("proxies.trusted = " + value + "\n"))
                .contains("line 5", "proxies.trusted", "a list such as");
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "proxy.example.com", "10.0.0.1/8", "10.0.0.0/33", "*", "10.0.0.0/8;::1"})
    void proxy_thatIsNoNetwork_isRefused(String item) {
        assertThat(failure("proxies.trusted = [\"::1\", \"" + item + "\"]\n"))
                .contains("\"" + item + "\"", "no address and no network");
    }

    @ParameterizedTest
    @CsvSource({
        "LATCHKEY_LIMITS_PER_ADDRESS_BURST, many",
        "LATCHKEY_LIMITS_PER_ADDRESS_BURST, 1.5",
        "LATCHKEY_PROXIES_TRUSTED, '::1,'",
        "LATCHKEY_PROXIES_TRUSTED, nobody"
    })
    void variable_badValue_isNamed(String variable, String value) {
        world.variable(variable, value);

        assertThat(failure("")).contains(variable);
    }

    @Test
    void unknownLimit_isNamed() {
        assertThat(failure("limits.per_adress_burst = 5\n"))
                .contains("limits.per_adress_burst", "limits.per_address_burst");
    }

    @Test
    void keys_readHere_areThoseOfTheTwoTables() {
        assertThat(TrafficSettings.KEYS)
                .containsExactlyElementsOf(List.of(ConfigKey.values()).stream()
                        .filter(key ->
                                key.path().startsWith("limits.") || key.path().startsWith("proxies."))
                        .toList());
    }
}
