package dev.latchkey.server.peer;

import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;

/** Accepts connections and tells by their address which of them must begin with a header. */
final class ProxiedListener extends NioServerSocketChannel {
    private final TrustedProxies proxies;

    ProxiedListener(TrustedProxies proxies) {
        this.proxies = proxies;
    }

    @Override
    protected int doReadMessages(List<Object> accepted) throws Exception {
        SocketChannel socket = javaChannel().accept();
        if (socket == null) {
            return 0;
        }
        boolean taken = false;
        try {
            accepted.add(isProxy(socket) ? new ProxiedChannel(this, socket) : new NioSocketChannel(this, socket));
            taken = true;
            return 1;
        } catch (IOException goneAlready) {
            return 0;
        } finally {
            if (!taken) {
                socket.close();
            }
        }
    }

    private boolean isProxy(SocketChannel socket) throws IOException {
        return socket.getRemoteAddress() instanceof InetSocketAddress peer && proxies.contains(peer.getAddress());
    }
}
