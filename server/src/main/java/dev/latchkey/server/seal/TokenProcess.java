package dev.latchkey.server.seal;

import dev.latchkey.opaque.SecretBytes;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * The process that a token's library runs in. Each request has a deadline; a process that misses it, ends or has lost its
 * session is replaced by another. Once a token has not answered, nobody waits for it until it does again: see {@link
 * TokenOutage}. One request at a time. Safe for use by several threads.
 */
final class TokenProcess implements AutoCloseable {
    /** The longest answer. */
    static final int MOST_BYTES = 4096;

    /** So begin the names of what a token says of a PIN that it does not take. */
    private static final String PIN_REFUSED = "CKR_PIN";

    private final List<String> command;
    private final Map<String, String> environment;
    private final Duration deadline;
    private final TokenOutage outage;

    /** Asks for everybody, in turn: whoever is tired of waiting leaves the conversation to it. */
    private final ExecutorService asker = Executors.newSingleThreadExecutor(TokenProcess::thread);

    /** Since pipes have no deadlines. */
    private final ExecutorService conversations = Executors.newCachedThreadPool(TokenProcess::thread);

    private volatile SecretBytes greeting = SecretBytes.allocate(0);
    private volatile Process process;
    private volatile boolean closed;

    /** What was to be opened is not what was wrapped. */
    static final class NotAuthentic extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /**
     * Starts nothing yet.
     *
     * @param environment what the process has beside this one's
     * @param deadline of a request, the start of processes included
     * @param nanos a clock that never goes back
     */
    TokenProcess(List<String> command, Map<String, String> environment, Duration deadline, LongSupplier nanos) {
        this.command = command;
        this.environment = environment;
        this.deadline = deadline;
        this.outage = new TokenOutage(nanos);
    }

    /** With the same Java and classes as this process. */
    static TokenProcess ofThisProgram(Duration deadline) {
        return new TokenProcess(commandOf(TokenWorker.class), Map.of(), deadline, System::nanoTime);
    }

    static List<String> commandOf(Class<?> main) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName());
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "latchkey-token");
        thread.setDaemon(true);
        return thread;
    }

    /** @param first what each new process is told first; belongs to this from now on */
    void opensWith(SecretBytes first) {
        greeting.close();
        greeting = first;
    }

    /**
     * Asks. Waits a deadline for its turn and a deadline for the answer, and for nothing while it is known that none comes.
     *
     * @param request stays the caller's
     * @throws NotAuthentic if the token says so
     * @throws RootKeyUnavailableException if the token refuses for another reason, or gives no answer
     */
    byte[] call(int operation, byte[] request) throws NotAuthentic {
        Future<byte[]> answer;
        try {
            if (outage.isToBeLookedAt()) {
                asker.execute(this::look);
            }
            outage.requireOver();
            answer = asker.submit(() -> inTurn(operation, request));
        } catch (RejectedExecutionException e) {
            throw new RootKeyUnavailableException("the token is not used any more", e);
        }
        try {
            return answer.get(2 * deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NotAuthentic) {
                throw new NotAuthentic();
            }
            throw new RootKeyUnavailableException(e.getCause().getMessage(), e.getCause());
        } catch (CancellationException e) {
            throw new RootKeyUnavailableException("the token is not used any more", e);
        } catch (TimeoutException e) {
            throw new RootKeyUnavailableException("the token is busy with what others ask of it", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RootKeyUnavailableException("interrupted while the token was asked", e);
        } finally {
            answer.cancel(false);
        }
    }

    /** If so it is shown no second time: tokens count. */
    boolean hasRefusedPin() {
        return outage.isLasting();
    }

    private byte[] inTurn(int operation, byte[] request) throws NotAuthentic {
        // Whoever waited behind one that got no answer need not find that out again.
        outage.requireOver();
        return ask(operation, request);
    }

    /** Whether the token is well again. Nobody waits for it. */
    private void look() {
        try {
            ask(TokenWorker.FINGERPRINT, new byte[0]);
            outage.ends();
        } catch (NotAuthentic | RootKeyUnavailableException e) {
            // Why is noted in the outage, which goes on.
            return;
        }
    }

    private byte[] ask(int operation, byte[] request) throws NotAuthentic {
        long until = System.nanoTime() + deadline.toNanos();
        for (boolean isFirst = true; ; isFirst = false) {
            boolean isNew = process == null || !process.isAlive();
            try {
                return understood(answer(isNew, operation, request, until - System.nanoTime()));
            } catch (TimeoutException e) {
                kill();
                if (!outage.isOn()) {
                    // It may be the process alone that hung.
                    asker.execute(this::look);
                }
                throw outage.begins(
                        "the token's library gave no answer in " + deadline.toMillis() + " ms; its process was ended",
                        e);
            } catch (Refused e) {
                kill();
                // A session that was once good ends with its token; asking a new one twice might lock the token.
                if (isNew) {
                    throw e.getMessage().contains(PIN_REFUSED)
                            ? outage.lasts(e.getMessage(), e)
                            : outage.begins(e.getMessage(), e);
                }
            } catch (IOException e) {
                kill();
                if (!isFirst || closed) {
                    throw outage.begins("the token's process ended without an answer", e);
                }
            }
        }
    }

    private byte[] answer(boolean isNew, int operation, byte[] request, long nanos)
            throws IOException, TimeoutException {
        if (isNew && !closed) {
            process = start();
        }
        Process asked = process;
        if (closed || asked == null) {
            throw new IOException("it was closed meanwhile");
        }
        try {
            return conversations
                    .submit(() -> converse(asked, isNew, operation, request))
                    .get(nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            throw new IOException("it was closed meanwhile", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failed ? failed : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("it was closed meanwhile", e);
        }
    }

    private Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        return builder.start();
    }

    /** In a thread of its own, since pipes have no deadlines. */
    private byte[] converse(Process asked, boolean isNew, int operation, byte[] request) throws IOException {
        if (isNew) {
            byte[] answer = exchange(asked, TokenWorker.OPEN, greeting.exposed());
            if (answer[0] != TokenWorker.DONE) {
                throw new Refused(answer);
            }
        }
        return exchange(asked, operation, request);
    }

    private static byte[] exchange(Process with, int operation, byte[] content) throws IOException {
        DataOutputStream out = new DataOutputStream(with.getOutputStream());
        byte[] frame = new byte[1 + content.length];
        frame[0] = (byte) operation;
        System.arraycopy(content, 0, frame, 1, content.length);
        try {
            out.writeInt(frame.length);
            out.write(frame);
            out.flush();
        } finally {
            Arrays.fill(frame, (byte) 0);
        }
        DataInputStream in = new DataInputStream(with.getInputStream());
        int length = in.readInt();
        if (length < 1 || length > MOST_BYTES) {
            throw new IOException("an answer of " + length + " bytes");
        }
        byte[] answer = new byte[length];
        in.readFully(answer);
        return answer;
    }

    private static byte[] understood(byte[] answer) throws NotAuthentic, Refused {
        if (answer[0] == TokenWorker.NOT_AUTHENTIC) {
            throw new NotAuthentic();
        }
        if (answer[0] != TokenWorker.DONE) {
            throw new Refused(answer);
        }
        byte[] content = Arrays.copyOfRange(answer, 1, answer.length);
        Arrays.fill(answer, (byte) 0);
        return content;
    }

    private void kill() {
        Process ended = process;
        process = null;
        if (ended != null) {
            ended.destroyForcibly();
        }
    }

    /** Whoever waits for an answer gets none. */
    @Override
    public void close() {
        closed = true;
        for (Runnable waiting : asker.shutdownNow()) {
            if (waiting instanceof Future<?> answer) {
                answer.cancel(false);
            }
        }
        kill();
        conversations.shutdownNow();
        greeting.close();
    }

    /** What the token says is no. */
    private static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(byte[] answer) {
            super("the token refuses: " + new String(answer, 1, answer.length - 1, StandardCharsets.UTF_8));
        }
    }
}
