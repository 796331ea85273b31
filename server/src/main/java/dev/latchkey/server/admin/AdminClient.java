package dev.latchkey.server.admin;

import dev.latchkey.server.admin.AdminClientException.Reason;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongConsumer;

/** Asks a running server over its admin socket. */
public final class AdminClient {
    private final Path socket;
    private final Duration patience;

    /**
     * Nothing is connected yet.
     *
     * @param patience how long an answer may take
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
            return Frames.of(SocketChannel.open(UnixDomainSocketAddress.of(socket)), patience);
        } catch (IOException e) {
            throw new AdminClientException(isDenied() ? Reason.NOT_ALLOWED : Reason.NO_SERVER, e);
        }
    }

    private boolean isDenied() {
        return Files.exists(socket) && !Files.isWritable(socket);
    }
}
