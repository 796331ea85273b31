package dev.latchkey.server.admin;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Messages over one connection, each behind its length in four bytes. Every read and every write has an end. */
final class Frames implements AutoCloseable {
    /** A longer message is neither sent nor taken. */
    static final int MAX_MESSAGE = 64 * 1024;

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final Duration deadline;

    private Frames(SocketChannel channel, Selector selector, SelectionKey key, Duration deadline) {
        this.channel = channel;
        this.selector = selector;
        this.key = key;
        this.deadline = deadline;
    }

    /**
     * Takes the channel over, also where it fails.
     *
     * @param deadline for each message, whole
     */
    static Frames of(SocketChannel channel, Duration deadline) throws IOException {
        Selector selector = null;
        try {
            channel.configureBlocking(false);
            selector = channel.provider().openSelector();
            return new Frames(channel, selector, channel.register(selector, 0), deadline);
        } catch (IOException e) {
            channel.close();
            if (selector != null) {
                selector.close();
            }
            throw e;
        }
    }

    /** @throws MalformedMessageException if it says that it is empty or longer than messages are */
    byte[] read() throws IOException, MalformedMessageException {
        long end = System.nanoTime() + deadline.toNanos();
        ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
        fill(length, end);
        int size = length.flip().getInt();
        if (size < 1 || size > MAX_MESSAGE) {
            throw new MalformedMessageException();
        }
        ByteBuffer message = ByteBuffer.allocate(size);
        fill(message, end);
        return message.array();
    }

    void write(byte[] message) throws IOException {
        if (message.length < 1 || message.length > MAX_MESSAGE) {
            throw new IllegalArgumentException("a message has 1 to " + MAX_MESSAGE + " bytes");
        }
        ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + message.length)
                .putInt(message.length)
                .put(message)
                .flip();
        long end = System.nanoTime() + deadline.toNanos();
        while (frame.hasRemaining()) {
            if (channel.write(frame) == 0) {
                await(SelectionKey.OP_WRITE, end);
            }
        }
    }

    private void fill(ByteBuffer buffer, long end) throws IOException {
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer);
            if (read < 0) {
                throw new EOFException("the connection ended inside a message");
            }
            if (read == 0) {
                await(SelectionKey.OP_READ, end);
            }
        }
    }

    private void await(int operation, long end) throws IOException {
        long left = end - System.nanoTime();
        if (left <= 0) {
            throw new SocketTimeoutException("the other side was silent for too long");
        }
        try {
            key.interestOps(operation);
            selector.select(left / 1_000_000 + 1);
            selector.selectedKeys().clear();
        } catch (ClosedSelectorException | CancelledKeyException e) {
            throw new IOException(e);
        }
    }

    /** Whoever reads or writes at this moment gets an exception. */
    @Override
    public void close() {
        try {
            selector.close();
            channel.close();
        } catch (IOException e) {
            // It is given up in any case.
            return;
        }
    }
}
