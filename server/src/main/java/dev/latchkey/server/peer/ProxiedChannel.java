package dev.latchkey.server.peer;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;

/** A connection of a trusted proxy. Its remote address is whom the proxy speaks for, once its header was read. */
final class ProxiedChannel extends NioSocketChannel {
    private volatile InetSocketAddress client;

    ProxiedChannel(Channel parent, SocketChannel socket) {
        super(parent, socket);
        pipeline().addFirst(new ProxyHeaderReader(this));
    }

    /** The port is the proxy's to know; nothing here asks for it. */
    void speaksFor(InetAddress address) {
        client = new InetSocketAddress(address, 0);
    }

    @Override
    public InetSocketAddress remoteAddress() {
        InetSocketAddress named = client;
        return named != null ? named : super.remoteAddress();
    }
}
