package dev.latchkey.cli;

import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and SIGINT; SIGHUP to reload.
 *
 * <p>A JVM that ends by a signal reports 128 + its number whatever its shutdown hooks do. A server that has drained did
 * what it was asked to, so the hook ends the process itself, with 0.
 */
final class ProcessStopSignal implements StopSignal {

    private static final Logger log = LoggerFactory.getLogger(ProcessStopSignal.class);

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

    /** By name, since compilers warn of what the module jdk.unsupported has, and nothing else in Java hears of this signal. */
    @Override
    public void onReload(Runnable reload) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object onSignal = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            reload.run();
                        }
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), onSignal);
        } catch (ReflectiveOperationException e) {
            log.info("this Java does not hear of SIGHUP; files are looked at again by themselves", e);
        }
    }
}
