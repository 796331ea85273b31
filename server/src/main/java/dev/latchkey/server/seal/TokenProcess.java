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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The process that a token's library runs in. Each request has a deadline; a process that misses it, or ends, is replaced by
 * another, which is asked once more. One request at a time. Safe for use by several threads.
 */
final class TokenProcess implements AutoCloseable {
    /** The longest answer. */
    static final int MOST_BYTES = 4096;

    private static final int ATTEMPTS = 2;

    /** So begin the names of what a token says of a PIN that it does not take. */
    private static final String PIN_REFUSED = "CKR_PIN";

    private final List<String> command;
    private final Map<String, String> environment;
    private final Duration deadline;
    private final ExecutorService conversations;
    private SecretBytes greeting = SecretBytes.allocate(0);
    private Process process;

    /** Once a PIN was refused it is shown no second time: a token counts, and locks. */
    private RootKeyUnavailableException refusedPin;

    /** What was to be opened is not what was wrapped. */
    static final class NotAuthentic extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /**
     * Starts nothing yet.
     *
     * @param environment what the process has beside this one's
     * @param deadline of a request, the start of the process included
     */
    TokenProcess(List<String> command, Map<String, String> environment, Duration deadline) {
        this.command = command;
        this.environment = environment;
        this.deadline = deadline;
        this.conversations = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "latchkey-token");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** With the same Java and classes as this process. */
    static TokenProcess ofThisProgram(Duration deadline) {
        return new TokenProcess(commandOf(TokenWorker.class), Map.of(), deadline);
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

    /** @param first what each new process is told first; belongs to this from now on */
    synchronized void opensWith(SecretBytes first) {
        greeting.close();
        greeting = first;
    }

    /**
     * Asks.
     *
     * @param request stays the caller's
     * @throws NotAuthentic if the token says so
     * @throws RootKeyUnavailableException if the token refuses for another reason, or two processes gave no answer
     */
    synchronized byte[] call(int operation, byte[] request) throws NotAuthentic {
        if (refusedPin != null) {
            throw new RootKeyUnavailableException(refusedPin.getMessage(), refusedPin);
        }
        Exception last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                boolean isNew = process == null || !process.isAlive();
                if (isNew) {
                    process = start();
                }
                Process asked = process;
                Future<byte[]> answer = conversations.submit(() -> converse(asked, isNew, operation, request));
                return understood(answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS));
            } catch (TimeoutException | IOException e) {
                last = e;
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Refused refused) {
                    kill();
                    RootKeyUnavailableException refusal = refusal(refused.answer);
                    if (refusal.getMessage().contains(PIN_REFUSED)) {
                        refusedPin = refusal;
                    }
                    throw refusal;
                }
                last = e;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                kill();
                throw new RootKeyUnavailableException("interrupted while the token was asked", e);
            }
            // The thread of the conversation ends with it: a pipe without anybody at its end gives nothing more.
            kill();
        }
        throw new RootKeyUnavailableException(
                last instanceof TimeoutException
                        ? "the token's library gave no answer in " + deadline.toMillis() + " ms; its process was ended"
                        : "the token's process ended without an answer",
                last);
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

    private static byte[] understood(byte[] answer) throws NotAuthentic {
        if (answer[0] == TokenWorker.NOT_AUTHENTIC) {
            throw new NotAuthentic();
        }
        if (answer[0] != TokenWorker.DONE) {
            throw refusal(answer);
        }
        byte[] content = Arrays.copyOfRange(answer, 1, answer.length);
        Arrays.fill(answer, (byte) 0);
        return content;
    }

    private static RootKeyUnavailableException refusal(byte[] answer) {
        return new RootKeyUnavailableException(
                "the token refuses: " + new String(answer, 1, answer.length - 1, StandardCharsets.UTF_8), null);
    }

    private void kill() {
        Process ended = process;
        process = null;
        if (ended != null) {
            ended.destroyForcibly();
        }
    }

    @Override
    public synchronized void close() {
        kill();
        conversations.shutdownNow();
        greeting.close();
    }

    /** The token does not let us in. Asking again might lock it. */
    private static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;
        private final transient byte[] answer;

        Refused(byte[] answer) {
            this.answer = answer;
        }
    }
}
