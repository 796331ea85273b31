package dev.latchkey.server.store;

/**
 * How many registrations may be begun, and apart from them how many logins.
 *
 * @param perAddress by one IPv4 address or one IPv6 network of 56 bits, at all servers of a deployment
 * @param perAccount for one account name, at all servers of a deployment
 * @param wholeServer at one server
 */
public record ThroughputLimits(Rate perAddress, Rate perAccount, Rate wholeServer) {
    public static final ThroughputLimits DEFAULT =
            new ThroughputLimits(new Rate(50, 2000), new Rate(5, 200), new Rate(500, 5000));

    private static final int ADDRESSES_A_SITE = 4;

    /**
     * What is let through of an IPv6 network of 48 bits, which one host can have, at one server: as much as of four addresses,
     * but no more than half of what there is for all; and never less than of one address.
     */
    public Rate perSite() {
        int perSecond = perSite(perAddress.perSecond(), wholeServer.perSecond());
        return new Rate(
                perSecond, Math.min(perSite(perAddress.burst(), wholeServer.burst()), Rate.mostAtOnce(perSecond)));
    }

    private static int perSite(int address, int server) {
        return (int) Math.max(address, Math.min((long) ADDRESSES_A_SITE * address, server / 2));
    }
}
