package dev.latchkey.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.store.Rate;
import dev.latchkey.server.store.ThroughputLimits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ServerLimitsTest {
    private static final int FAR_MORE = 1000;
    private static final int OF_AN_ADDRESS = 5;
    private static final int OF_A_SITE = 20;
    private static final int OF_ALL = 100;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final AtomicLong nanos = new AtomicLong();
    private final ServerLimits limits = new ServerLimits(
            new ThroughputLimits(new Rate(1, OF_AN_ADDRESS), new Rate(1, 1), new Rate(10, OF_ALL)), nanos::get);

    /** Tries far more often than it may, each time from another network. */
    private int takeAll(String site) throws Exception {
        int taken = 0;
        for (int i = 0; i < FAR_MORE; i++) {
            taken += take(site + Integer.toHexString(i % 256 << 8) + "::1", Tally.Bound.SITE) ? 1 : 0;
        }
        return taken;
    }

    private boolean take(String address, Tally.Bound otherwise) throws Exception {
        try {
            limits.take(of(address));
            return true;
        } catch (Rejection refused) {
            refused.count(new Tally() {
                @Override
                public void bound(Bound what) {
                    assertThat(what).isEqualTo(otherwise);
                }
            });
            return false;
        }
    }

    private static ClientAddress of(String address) throws Exception {
        return ClientAddress.of(new InetSocketAddress(InetAddress.getByName(address), 4711));
    }

    @Test
    void site_takesItsShare_andLeavesTheRestToOthers() throws Exception {
        assertThat(takeAll("2001:db8:1:")).isEqualTo(OF_A_SITE);
        assertThat(takeAll("2001:db8:2:")).isEqualTo(OF_A_SITE);

        for (int i = 0; i < OF_ALL - 2 * OF_A_SITE; i++) {
            assertThat(take("192.0.2.1", Tally.Bound.SERVER)).isTrue();
        }
        assertThat(take("192.0.2.1", Tally.Bound.SERVER)).isFalse();
    }

    @Test
    void site_laterOrGivenBack_hasWhatCameBack() throws Exception {
        takeAll("2001:db8:1:");
        nanos.addAndGet(SECOND);
        assertThat(takeAll("2001:db8:1:")).isEqualTo(4);

        limits.giveBack(of("2001:db8:1:ff00::9"));
        assertThat(takeAll("2001:db8:1:")).isEqualTo(1);
    }

    @Test
    void site_refusedByTheServer_losesNothing() throws Exception {
        for (int i = 0; i < OF_ALL; i++) {
            limits.take(of("192.0.2.1"));
        }
        for (int i = 0; i < FAR_MORE; i++) {
            assertThat(take("2001:db8:1::1", Tally.Bound.SERVER)).isFalse();
        }
        limits.giveBack(of("192.0.2.1"));
        limits.giveBack(of("192.0.2.1"));

        assertThat(take("2001:db8:1::1", Tally.Bound.SERVER)).isTrue();
        assertThat(take("2001:db8:1::1", Tally.Bound.SERVER)).isTrue();
    }

    @Test
    void sites_asManyAsThereAre_areRememberedWhileTheyAreNotFull() throws Exception {
        for (int site = 0; site < 50 * FAR_MORE; site++) {
            take("2001:db8:" + Integer.toHexString(site) + "::1", Tally.Bound.SERVER);
        }

        assertThat(limits.sites()).isBetween(OF_ALL, 2 * OF_ALL);
    }
}
