package dev.latchkey.e2e;

import dev.latchkey.server.peer.FreePort;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * HAProxy before some nodes, passing connections on as they are. It looks ten times a second which node takes connections,
 * and ends with this process at the latest.
 */
final class Balancer implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/sbin/haproxy");
    private static final int POLL_MILLIS = 20;
    private static final int POLLS = 1500;
    private static final long END_SECONDS = 10;

    private final Process process;
    private final int port;
    private final Path folder;

    private Balancer(Process process, int port, Path folder) {
        this.process = process;
        this.port = port;
        this.folder = folder;
    }

    /** Starts it and waits until it has seen all of the nodes. */
    static Balancer start(Path folder, List<Node> nodes) throws IOException, InterruptedException {
        if (!Files.isExecutable(PROGRAM)) {
            throw new IllegalStateException("This test needs HAProxy (for example the package haproxy).");
        }
        Files.createDirectories(folder);
        int port = FreePort.find();
        Path configuration = Files.writeString(folder.resolve("haproxy.cfg"), configuration(folder, port, nodes));
        Process process = new ProcessBuilder(PROGRAM.toString(), "-db", "-f", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        process.getOutputStream().close();
        Balancer balancer = new Balancer(process, port, folder);
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        for (Node node : nodes) {
            balancer.awaitUp(node);
        }
        return balancer;
    }

    /** A node that is gone is noticed by the connection that fails at the latest, which then goes to another one. */
    private static String configuration(Path folder, int port, List<Node> nodes) {
        List<String> lines = new ArrayList<>(List.of(
                "global",
                "    stats socket " + folder.resolve("control"),
                "defaults",
                "    mode tcp",
                "    timeout connect 200ms",
                "    timeout client 1m",
                "    timeout server 1m",
                "    timeout check 3s",
                "    retries 3",
                "    option redispatch 1",
                "listen nodes",
                "    bind 127.0.0.1:" + port,
                "    balance roundrobin",
                "    default-server check inter 100ms fall 1 rise 1 on-marked-down shutdown-sessions"));
        nodes.forEach(node -> lines.add("    server " + node.name() + " 127.0.0.1:" + node.port()));
        return String.join("\n", lines) + "\n";
    }

    int port() {
        return port;
    }

    /** Waits until it sends connections to this node. */
    void awaitUp(Node node) throws IOException, InterruptedException {
        String up = "nodes," + node.name() + ",UP";
        for (int poll = 0; poll < POLLS; poll++) {
            if (states().contains(up)) {
                return;
            }
            if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("HAProxy ended: " + Files.readString(folder.resolve("output")));
            }
        }
        throw new AssertionError("HAProxy does not see node " + node.name());
    }

    /** Proxy, server and state of each. */
    private List<String> states() throws IOException {
        Path control = folder.resolve("control");
        if (!Files.exists(control)) {
            return List.of();
        }
        try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.connect(UnixDomainSocketAddress.of(control));
            socket.write(ByteBuffer.wrap("show stat\n".getBytes(StandardCharsets.US_ASCII)));
            String said = new String(Channels.newInputStream(socket).readAllBytes(), StandardCharsets.US_ASCII);
            return said.lines()
                    .map(line -> line.split(",", -1))
                    .filter(fields -> fields.length > 17)
                    .map(fields -> fields[0] + "," + fields[1] + "," + fields[17])
                    .toList();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
