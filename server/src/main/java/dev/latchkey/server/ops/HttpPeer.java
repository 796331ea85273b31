package dev.latchkey.server.ops;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One connection of {@link PlainHttp}, used by its thread alone: a head comes in, an answer goes out, and that is all. */
final class HttpPeer {
    static final String PLAIN = "text/plain; charset=utf-8";

    static final int NOT_FOUND = 404;
    static final int NOT_ALLOWED = 405;
    static final int FAILED = 500;

    private static final int MALFORMED = 400;
    private static final int LONGEST_HEAD = 8192;
    private static final int END_OF_HEAD = 0x0d0a0d0a;
    private static final Pattern FIRST_LINE = Pattern.compile("([A-Z]{1,16}) (/[!-~]*) HTTP/1\\.[0-9]");

    private final SocketChannel channel;
    private final SelectionKey key;
    private final long deadlineNanos;
    private final BiConsumer<HttpPeer, Asked> listener;
    private ByteBuffer head = ByteBuffer.allocate(LONGEST_HEAD);
    private ByteBuffer answer;
    private State state = State.ASKING;
    private boolean wantsBody = true;
    private boolean hasNoMore;
    private long due;

    private enum State {
        ASKING,
        WAITING,
        TAKING,
        /** Has it all. What it still sends is let pass, since an end with something unread would take the answer with it. */
        SERVED,
        OVER
    }

    /**
     * What is asked for.
     *
     * @param method in capitals
     * @param path without what is behind a question mark
     */
    record Asked(String method, String path) {
        boolean isRead() {
            return method.equals("GET") || method.equals("HEAD");
        }
    }

    /** @param listener is told once what is asked for */
    HttpPeer(SocketChannel channel, SelectionKey key, Duration deadline, BiConsumer<HttpPeer, Asked> listener) {
        this.channel = channel;
        this.key = key;
        this.deadlineNanos = deadline.toNanos();
        this.listener = listener;
        key.attach(this);
        becomes(State.ASKING);
    }

    /** Reads what has come, and writes what there is room for. */
    void move() {
        try {
            if (key.isReadable()) {
                read();
            }
            if (state == State.TAKING) {
                write();
            }
        } catch (IOException | CancelledKeyException e) {
            state = State.OVER;
        }
    }

    boolean isOver(long now) {
        return state == State.OVER || now - due > 0;
    }

    void answer(PlainHttp.Answer given) {
        if (state != State.WAITING) {
            return;
        }
        byte[] body = given.body().getBytes(UTF_8);
        String lines = "HTTP/1.1 " + given.status() + " " + phrase(given.status())
                + "\r\nContent-Type: " + given.type()
                + "\r\nContent-Length: " + body.length
                + "\r\nCache-Control: no-store\r\nConnection: close\r\n"
                + (given.status() == NOT_ALLOWED ? "Allow: GET, HEAD\r\n\r\n" : "\r\n");
        byte[] first = lines.getBytes(ISO_8859_1);
        answer = ByteBuffer.allocate(first.length + (wantsBody ? body.length : 0))
                .put(first);
        if (wantsBody) {
            answer.put(body);
        }
        answer.flip();
        becomes(State.TAKING);
        move();
    }

    void close() {
        state = State.OVER;
        try {
            channel.close();
        } catch (IOException e) {
            // It is given up in any case.
            return;
        }
    }

    private void becomes(State next) {
        state = next;
        due = System.nanoTime() + deadlineNanos;
        int reading = hasNoMore ? 0 : SelectionKey.OP_READ;
        key.interestOps(reading | (next == State.TAKING ? SelectionKey.OP_WRITE : 0));
    }

    private void read() throws IOException {
        if (state == State.ASKING) {
            int before = head.position();
            hasNoMore = channel.read(head) < 0;
            if (isComplete(before)) {
                ask();
            } else if (hasNoMore) {
                state = State.OVER;
            }
            return;
        }
        head.clear();
        hasNoMore = channel.read(head) < 0;
        if (hasNoMore && state == State.SERVED) {
            state = State.OVER;
        } else if (hasNoMore) {
            key.interestOps(key.interestOps() & ~SelectionKey.OP_READ);
        }
    }

    /** Or so long that it will not be. Looks no second time at what came before. */
    private boolean isComplete(int before) {
        for (int at = Math.max(0, before - 3); at + 4 <= head.position(); at++) {
            if (head.getInt(at) == END_OF_HEAD) {
                return true;
            }
        }
        return !head.hasRemaining();
    }

    private void ask() {
        String text = new String(head.array(), 0, head.position(), ISO_8859_1);
        Matcher first = FIRST_LINE.matcher(text.substring(0, Math.max(0, text.indexOf("\r\n"))));
        becomes(State.WAITING);
        if (!first.matches() || !text.contains("\r\n\r\n")) {
            answer(new PlainHttp.Answer(MALFORMED, PLAIN, "not understood\n"));
            return;
        }
        wantsBody = !first.group(1).equals("HEAD");
        String target = first.group(2);
        int query = target.indexOf('?');
        listener.accept(this, new Asked(first.group(1), query < 0 ? target : target.substring(0, query)));
    }

    private void write() throws IOException {
        channel.write(answer);
        if (!answer.hasRemaining()) {
            answer = null;
            channel.shutdownOutput();
            becomes(State.SERVED);
            if (hasNoMore) {
                state = State.OVER;
            }
        }
    }

    private static String phrase(int status) {
        return switch (status) {
            case 200 -> "OK";
            case MALFORMED -> "Bad Request";
            case NOT_FOUND -> "Not Found";
            case NOT_ALLOWED -> "Method Not Allowed";
            case FAILED -> "Internal Server Error";
            default -> "Service Unavailable";
        };
    }
}
