package dev.latchkey.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

final class WaitingCallsTest {
    private static final ClientAddress STRANGER = ClientAddress.of(new InetSocketAddress("192.0.2.1", 1));
    private static final ClientAddress OWNER = ClientAddress.of(new InetSocketAddress("192.0.2.2", 1));

    private final WaitingCalls<String> waiting = new WaitingCalls<>(4);

    @Test
    void enter_withRoom_letsNothingGiveWay() {
        assertThat(waiting.enter(STRANGER, "a", 2)).isEmpty();
        assertThat(waiting.enter(OWNER, "b", 2)).isEmpty();
    }

    @Test
    void enter_beyondTheRoom_takesTheOldestOfWhoHoldsMost() {
        waiting.enter(OWNER, "owner's", 1);
        waiting.enter(STRANGER, "first", 1);
        waiting.enter(STRANGER, "second", 1);
        waiting.enter(STRANGER, "third", 1);

        assertThat(waiting.enter(OWNER, "owner's other", 1)).containsExactly("first");
        assertThat(waiting.leave(STRANGER, "first")).isFalse();
        assertThat(waiting.leave(OWNER, "owner's")).isTrue();
        assertThat(waiting.enter(STRANGER, "fourth", 1)).isEmpty();
    }

    @Test
    void enter_ofWhoHoldsLittle_isNotInTheWayOfOneWhoHoldsMuchByOneCall() {
        waiting.enter(STRANGER, "large", 3);
        waiting.enter(OWNER, "owner's", 1);

        assertThat(waiting.enter(OWNER, "owner's other", 1)).containsExactly("large");
    }

    @Test
    void holds_beyondTheRoom_takesAsManyAsItNeeds() {
        waiting.enter(STRANGER, "first", 1);
        waiting.enter(STRANGER, "second", 1);
        waiting.enter(STRANGER, "third", 1);

        assertThat(waiting.holds(STRANGER, "third", 4)).containsExactly("first", "second");
    }

    @Test
    void holds_ofOneThatIsLargerThanTheRoom_takesItself() {
        waiting.enter(STRANGER, "a", 1);

        assertThat(waiting.holds(STRANGER, "a", 5)).containsExactly("a");
        assertThat(waiting.enter(STRANGER, "b", 4)).isEmpty();
    }

    @Test
    void holds_ofOneThatHasLeft_countsNothing() {
        waiting.enter(STRANGER, "a", 1);
        assertThat(waiting.leave(STRANGER, "a")).isTrue();

        assertThat(waiting.holds(STRANGER, "a", 4)).isEmpty();
        assertThat(waiting.enter(OWNER, "b", 4)).isEmpty();
    }
}
