package dev.latchkey.server.peer;

import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * What moves the bytes of a listener. Without trusted proxies that is gRPC's own choice; with them it is one that reads
 * their headers.
 */
public final class PeerTransport implements AutoCloseable {
    private static final int BY_PROCESSORS = 0;
    private static final long LONGEST_END_SECONDS = 5;

    private final List<EventLoopGroup> groups;

    private PeerTransport(List<EventLoopGroup> groups) {
        this.groups = groups;
    }

    /**
     * Equips a server that is about to be built. Closed after it.
     *
     * @param threads names the threads it needs
     */
    public static PeerTransport of(TrustedProxies proxies, NettyServerBuilder server, ThreadFactory threads) {
        if (proxies.networks().isEmpty()) {
            return new PeerTransport(List.of());
        }
        EventLoopGroup accepting = new MultiThreadIoEventLoopGroup(1, threads, NioIoHandler.newFactory());
        EventLoopGroup moving = new MultiThreadIoEventLoopGroup(BY_PROCESSORS, threads, NioIoHandler.newFactory());
        server.channelFactory(() -> new ProxiedListener(proxies))
                .bossEventLoopGroup(accepting)
                .workerEventLoopGroup(moving);
        return new PeerTransport(List.of(accepting, moving));
    }

    /** Ends its threads; at once, as the server has ended its connections. */
    @Override
    public void close() {
        groups.forEach(group -> group.shutdownGracefully(0, LONGEST_END_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(LONGEST_END_SECONDS, TimeUnit.SECONDS));
    }
}
