package dev.latchkey.client;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyClientBuilderTest {

    private final KeyClient.Builder builder = KeyClient.builder(ServerAddress.parse("keys.example.org:7443"));

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT1H0.001S", "PT2540400H10M10S"})
    void deadline_beyond_its_bounds_is_refused(Duration deadline) {
        assertThatThrownBy(() -> builder.deadline(deadline)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nothing_is_sent_by_building() {
        assertThatCode(() -> builder.build().close()).doesNotThrowAnyException();
    }

    @Test
    void null_is_refused() {
        assertThatThrownBy(() -> KeyClient.builder(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.trust(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.ksfFloor(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.random(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.clock(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.deadline(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.progress(null)).isInstanceOf(NullPointerException.class);
    }
}
