package dev.latchkey.server.peer;

import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * What moves the bytes of a listener, and how often its peers may take back what they asked. Without trusted proxies that is gRPC's own choice; with them it is one that reads
 * their headers.
 */
public final class PeerTransport implements AutoCloseable {
    /**
     * Resets a connection may see in a window, its own and those it provokes: far more than of a client that gives calls up,
     * far fewer than of one that begins and resets them to keep the server busy.
     */
    private static final int RESETS = 200;

    private static final int RESET_WINDOW_SECONDS = 30;
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
        server.maxRstFramesPerWindow(RESETS, RESET_WINDOW_SECONDS);
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
