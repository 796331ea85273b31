package dev.latchkey.server.admin;

import dev.latchkey.server.admin.AdminClientException.Reason;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** Asks a running server over its admin socket. */
public final class AdminClient {
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(15);

    private final Path socket;
    private final Duration patience;

    /**
     * Nothing is connected yet.
     *
     * @param patience how long an answer may take, and each word of how far a backup is; being let in takes 15 s of it at most
     */
    public AdminClient(Path socket, Duration patience) {
        this.socket = socket;
        this.patience = patience;
    }

    /** What the server answers. */
    public AdminAnswer ask(AdminRequest request) throws AdminClientException {
        return ask(request, bytes -> {});
    }

    /**
     * What the server answers in the end.
     *
     * @param progress is told how far a backup is, in bytes
     */
    public AdminAnswer ask(AdminRequest request, LongConsumer progress) throws AdminClientException {
        try (Frames frames = connect()) {
            frames.write(AdminMessages.encode(request));
            AdminAnswer answer = AdminMessages.answer(frames.read());
            while (answer instanceof AdminAnswer.BackupUnderWay underWay) {
                progress.accept(underWay.bytes());
                answer = AdminMessages.answer(frames.read());
            }
            return answer;
        } catch (IOException e) {
            throw new AdminClientException(Reason.NO_ANSWER, e);
        } catch (MalformedMessageException e) {
            throw new AdminClientException(Reason.OTHER_VERSION, e);
        }
    }

    private Frames connect() throws AdminClientException {
        try {
            return Frames.of(connected(SocketChannel.open(StandardProtocolFamily.UNIX)), patience);
        } catch (ClosedChannelException e) {
            throw new AdminClientException(Reason.CROWDED, e);
        } catch (IOException e) {
            throw new AdminClientException(isDenied() ? Reason.NOT_ALLOWED : Reason.NO_SERVER, e);
        }
    }

    /** It waits while too many others do, and has no deadline of its own: it is closed when the time is up. */
    private SocketChannel connected(SocketChannel channel) throws IOException {
        long most = Math.min(patience.toMillis(), LONGEST_CONNECT.toMillis());
        CompletableFuture<Void> end = new CompletableFuture<Void>().orTimeout(most, TimeUnit.MILLISECONDS);
        CompletableFuture<Void> closing = end.exceptionally(timeUp -> giveUp(channel));
        boolean done = false;
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            done = true;
            return channel;
        } finally {
            end.complete(null);
            if (!done) {
                closing.join();
                channel.close();
            }
        }
    }

    private static Void giveUp(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Whoever connects gets an exception in any case.
            return null;
        }
        return null;
    }

    private boolean isDenied() {
        return Files.exists(socket) && !Files.isWritable(socket);
    }
}
