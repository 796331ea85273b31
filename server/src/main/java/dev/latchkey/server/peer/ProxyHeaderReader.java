package dev.latchkey.server.peer;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufUtil;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.ByteToMessageDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the PROXY protocol header off the front of a connection. Until it is complete nothing reaches what stands behind:
 * neither bytes nor the event with which gRPC begins TLS and asks the connection for its address.
 */
final class ProxyHeaderReader extends ByteToMessageDecoder {
    private static final Logger log = LoggerFactory.getLogger(ProxyHeaderReader.class);

    /** Longer than it takes TCP to send a lost packet again. */
    static final Duration DEADLINE = Duration.ofSeconds(5);

    private final ProxiedChannel channel;
    private final List<Object> held = new ArrayList<>();
    private Future<?> deadline;
    private boolean over;

    ProxyHeaderReader(ProxiedChannel channel) {
        this.channel = channel;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        deadline =
                context.executor().schedule(() -> refuse(context, "late"), DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        deadline.cancel(false);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        held.add(event);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (over) {
            in.skipBytes(in.readableBytes());
            return;
        }
        int most = Math.max(ProxyHeader.MAX_V1, ProxyHeader.MAX_V2);
        byte[] bytes = ByteBufUtil.getBytes(in, in.readerIndex(), Math.min(in.readableBytes(), most), true);
        Optional<ProxyHeader> header;
        try {
            header = ProxyHeader.parse(bytes);
        } catch (ProxyHeaderException refused) {
            in.skipBytes(in.readableBytes());
            refuse(context, refused.reason().name());
            return;
        }
        if (header.isPresent()) {
            in.skipBytes(header.get().length());
            header.get().client().ifPresent(channel::speaksFor);
            over = true;
            held.forEach(context::fireUserEventTriggered);
            context.pipeline().remove(this);
        }
    }

    private void refuse(ChannelHandlerContext context, String why) {
        if (!over) {
            over = true;
            log.debug("a trusted proxy's connection has no header that can be taken: {}", why);
            // Nothing waits for the end.
            ChannelFuture unused = context.close();
        }
    }
}
