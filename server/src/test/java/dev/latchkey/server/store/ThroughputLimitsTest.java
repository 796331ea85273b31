package dev.latchkey.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ThroughputLimitsTest {
    @ParameterizedTest
    @CsvSource({
        "50, 2000, 500, 5000, 200, 2500",
        "10, 100, 500, 5000, 40, 400",
        "100, 3000, 500, 5000, 250, 3000",
        "1, 1, 1, 1, 1, 1",
        "1, 3600, 1, 3600, 1, 3600",
        "1, 3600, 3, 10800, 1, 3600",
        "1000000, 2147483647, 1000000, 2147483647, 1000000, 2147483647"
    })
    void site_hasFourAddresses_atMostHalfOfTheServer_andAtLeastOneAddress(
            int address, int addressBurst, int server, int serverBurst, int site, int siteBurst) {
        Rate perAddress = new Rate(address, addressBurst);

        assertThat(new ThroughputLimits(perAddress, perAddress, new Rate(server, serverBurst)).perSite())
                .isEqualTo(new Rate(site, siteBurst));
    }
}
