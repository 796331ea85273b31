package dev.latchkey.cli;

import java.util.concurrent.CountDownLatch;

/**
 * SIGTERM and SIGINT.
 *
 * <p>A JVM that ends by a signal reports 128 + its number whatever its shutdown hooks do. A server that has drained did
 * what it was asked to, so the hook ends the process itself, with 0.
 */
final class ProcessStopSignal implements StopSignal {

    @Override
    public void await(Runnable drain) throws InterruptedException {
        Thread hook = new Thread(
                () -> {
                    drain.run();
                    Runtime.getRuntime().halt(ExitCode.OK.number());
                },
                "drain");
        Runtime.getRuntime().addShutdownHook(hook);
        new CountDownLatch(1).await();
    }
}
