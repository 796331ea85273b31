package dev.latchkey.e2e;

import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.server.peer.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One server process of a deployment: it can be killed, and comes back on the same port. */
final class Node implements AutoCloseable {
    private static final String HEAP = "-Xmx256m";

    private final String name;
    private final int port;
    private final Path folder;
    private final List<String> options = new ArrayList<>(List.of(HEAP));
    private final List<String> arguments = new ArrayList<>();
    private JavaProcess process;
    private String debugger;

    /**
     * States a node and starts nothing.
     *
     * @param folder where the process keeps its output
     * @param more options of its virtual machine
     */
    Node(String name, Path folder, TestDeployment deployment, TestStore store, List<String> more) throws IOException {
        this.name = name;
        this.port = FreePort.find();
        this.folder = Files.createDirectories(folder);
        options.addAll(more);
        KsfParameters ksf = store.ksf();
        arguments.addAll(List.of(
                deployment.folder().toString(),
                Integer.toString(ksf.memoryKib()),
                Integer.toString(ksf.iterations()),
                Integer.toString(ksf.parallelism()),
                Integer.toString(port)));
        arguments.addAll(store.arguments());
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    /** Returns when it listens. */
    void start() throws IOException, InterruptedException {
        process = JavaProcess.startFast(KeyServerMain.class, folder, options, arguments);
        if (options.contains(StopPoints.OPTION)) {
            debugger = process.await(StopPoints.LISTENING);
        }
        process.await(KeyServerMain.LISTENING);
    }

    /** Of the process as it runs now. */
    StopPoints stopPoints() throws IOException, IllegalConnectorArgumentsException {
        return StopPoints.attach(debugger);
    }

    /** Lets time pass; the node must live through it. */
    void live(Duration time) throws IOException, InterruptedException {
        if (process.endsWithin(time)) {
            throw new AssertionError("node " + name + " ended by itself: " + process.errors());
        }
    }

    /** Asks the process after a collection of its garbage. */
    Figures figures() throws IOException, InterruptedException {
        process.say(new byte[] {'\n'});
        String[] figures = process.await(KeyServerMain.LIVES_ON).split(" ", -1);
        return new Figures(Long.parseLong(figures[0]), Long.parseLong(figures[1]), Integer.parseInt(figures[2]));
    }

    /**
     * What the process lives on.
     *
     * @param heapKib in use
     * @param memoryKib resident, of all kinds; 0 where the system does not say
     * @param threads alive
     */
    record Figures(long heapKib, long memoryKib, int threads) {}

    long pid() {
        return process.pid();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.kill();
    }

    /** Ends it the orderly way. */
    void end() throws IOException, InterruptedException {
        process.end();
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
