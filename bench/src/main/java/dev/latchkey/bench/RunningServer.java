package dev.latchkey.bench;

import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.ServerAddress;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code latchkey server run} in a process of its own, as an operator starts it. */
final class RunningServer implements AutoCloseable {

    private static final Pattern LISTENS = Pattern.compile("The server listens at (\\S+:\\d+)\\..*");
    private static final long END_SECONDS = 60;

    private final Process process;
    private final String address;
    private final Path authority;
    private final double startSeconds;

    private RunningServer(Process process, String address, Path authority, double startSeconds) {
        this.process = process;
        this.address = address;
        this.authority = authority;
        this.startSeconds = startSeconds;
    }

    /** Starts it and waits until it listens; what it logs goes to {@code log}. */
    static RunningServer start(Deployment deployment, Path log) throws IOException {
        long begun = System.nanoTime();
        Process process = deployment
                .server()
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher listens = LISTENS.matcher(line);
            if (listens.matches()) {
                double seconds = (System.nanoTime() - begun) / 1e9;
                return new RunningServer(process, listens.group(1), deployment.authority(), seconds);
            }
        }
        process.destroyForcibly();
        throw new IOException("the server ended before it listened; see " + log);
    }

    /** From the start of the process until it listened. */
    double startSeconds() {
        return startSeconds;
    }

    /** A client of it, which the caller closes. */
    KeyClient client() throws KeyClientException {
        return KeyClient.builder(ServerAddress.parse(address))
                .trust(authority)
                .ksfFloor(Deployment.KSF)
                .build();
    }

    /** A connection to it, which the caller shuts down. */
    ManagedChannel channel() throws IOException {
        return NettyChannelBuilder.forTarget(address)
                .sslContext(GrpcSslContexts.forClient()
                        .trustManager(authority.toFile())
                        .build())
                .build();
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
