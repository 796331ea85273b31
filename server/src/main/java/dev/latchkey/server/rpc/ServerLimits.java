package dev.latchkey.server.rpc;

import dev.latchkey.server.store.Rate;
import dev.latchkey.server.store.ThroughputLimits;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What may be begun at this server, in memory: so much by all, and no more than a part of it by one site. One host may have 256
 * of the networks that count as an address, and would keep all others out with what each of them is let through.
 */
final class ServerLimits {
    /** Below so many no site is looked for that is not needed any more. */
    private static final int FEW = 64;

    private final Bucket whole;
    private final Rate perSite;
    private final LongSupplier nanos;
    private final Map<ClientAddress, Bucket> sites = new HashMap<>();
    private int many = FEW;

    /** @param nanos a clock that never goes back */
    ServerLimits(ThroughputLimits limits, LongSupplier nanos) {
        this.whole = new Bucket(limits.wholeServer(), nanos);
        this.perSite = limits.perSite();
        this.nanos = nanos;
    }

    /** Takes one from both buckets, or refuses and takes none: a site that has enough is in nobody's way at the other. */
    synchronized void take(ClientAddress from) throws Rejection {
        Optional<Bucket> site = ofSite(from);
        if (site.isPresent()) {
            require(site.get(), Tally.Bound.SITE);
        }
        boolean taken = false;
        try {
            require(whole, Tally.Bound.SERVER);
            taken = true;
        } finally {
            if (!taken) {
                site.ifPresent(Bucket::giveBack);
            }
        }
    }

    /** What one was taken for is not begun. */
    synchronized void giveBack(ClientAddress from) {
        whole.giveBack();
        Bucket site = sites.get(from.site());
        if (site != null) {
            site.giveBack();
        }
    }

    private static void require(Bucket bucket, Tally.Bound bound) throws Rejection {
        long wait = bucket.take();
        if (wait > 0) {
            throw Rejection.throughput(Rate.roundedUp(wait), bound);
        }
    }

    /** None where a site is one address, which has its own limit. */
    private Optional<Bucket> ofSite(ClientAddress from) {
        ClientAddress site = from.site();
        if (site.equals(from)) {
            return Optional.empty();
        }
        if (sites.size() >= many) {
            // Each look drops half of them or lets twice as many in, so that it costs each of them little.
            sites.values().removeIf(Bucket::isFull);
            many = Math.max(FEW, 2 * sites.size());
        }
        return Optional.of(sites.computeIfAbsent(site, first -> new Bucket(perSite, nanos)));
    }

    /** Sites that are remembered. */
    synchronized int sites() {
        return sites.size();
    }
}
