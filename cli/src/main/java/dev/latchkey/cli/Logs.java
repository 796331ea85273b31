package dev.latchkey.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.logging.ConsoleHandler;
import java.util.logging.LogManager;
import org.slf4j.LoggerFactory;

/** Who may write to the log: only a server. */
final class Logs {

    private static final String LATCHKEY = "dev.latchkey";

    /** Warns of every stream that ends badly, with a stack trace: what strangers do must not fill the disk. */
    private static final java.util.logging.Logger STREAMS =
            java.util.logging.Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty.NettyServerHandler");

    private static final String PLATFORM_FORMAT = "java.util.logging.SimpleFormatter.format";

    private Logs() {}

    /**
     * Nothing is logged, not even by libraries that use the platform's own logging. Logback is silent from its start ({@link
     * LogConfigurator}), and is not started for that.
     */
    static void silence() {
        LogManager.getLogManager().reset();
    }

    /** Events of the server are logged to standard error, and warnings of libraries; none logs every frame it sends. */
    static void forServer(LogFormat format) {
        silence();
        LogConfigurator.toStandardError(logger(org.slf4j.Logger.ROOT_LOGGER_NAME), format);
        logger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
        logger(LATCHKEY).setLevel(Level.INFO);
        System.setProperty(PLATFORM_FORMAT, "%1$tFT%1$tT.%1$tL %4$-5s %3$s: %5$s%6$s%n");
        java.util.logging.Logger platform = java.util.logging.Logger.getLogger("");
        platform.setLevel(java.util.logging.Level.WARNING);
        ConsoleHandler handler = new ConsoleHandler();
        if (format == LogFormat.JSON) {
            handler.setFormatter(new JsonLines.OfPlatform());
        }
        platform.addHandler(handler);
        STREAMS.setLevel(java.util.logging.Level.SEVERE);
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }
}
