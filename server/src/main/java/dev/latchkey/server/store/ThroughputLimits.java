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
}
