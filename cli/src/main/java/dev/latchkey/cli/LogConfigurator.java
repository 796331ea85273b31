package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import dev.latchkey.server.rpc.RequestIdInterceptor;

/**
 * Silent, until {@code latchkey server} turns it on: an owner's commands say themselves what there is to say.
 *
 * <p>Logback finds it by its service file. It is no XML file because reading one takes a good part of a command's time.
 */
public final class LogConfigurator extends ContextAwareBase implements Configurator {

    private static final String OTHER_FILE = "logback.configurationFile";
    private static final String NAME = "standard error";
    private static final String PATTERN = "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\"} %-5level %logger{0}: %msg"
            + "%replace( [%X{" + RequestIdInterceptor.IN_LOG + "}]){' \\[\\]', ''}%n";

    /** Made by Logback. */
    public LogConfigurator() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty(OTHER_FILE) != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Lets what is logged go to standard error, in the form that was asked for last. */
    static void toStandardError(Logger root, LogFormat format) {
        LoggerContext context = root.getLoggerContext();
        if (System.getProperty(OTHER_FILE) != null) {
            return;
        }
        root.detachAppender(NAME);
        Encoder<ILoggingEvent> encoder = format == LogFormat.JSON ? new JsonLines() : text();
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName(NAME);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        root.addAppender(appender);
    }

    private static Encoder<ILoggingEvent> text() {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setCharset(UTF_8);
        encoder.setPattern(PATTERN);
        return encoder;
    }
}
