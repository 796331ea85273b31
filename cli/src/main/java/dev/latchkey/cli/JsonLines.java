package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import dev.latchkey.server.rpc.RequestIdInterceptor;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** A log of JSON objects, one a line: time, level, logger, thread, message, and the call's id and an exception where there are. */
final class JsonLines extends EncoderBase<ILoggingEvent> {

    private static final Gson WRITER = new GsonBuilder().disableHtmlEscaping().create();
    private static final Map<Level, String> LEVELS = Map.of(Level.SEVERE, "ERROR", Level.WARNING, "WARN");

    @Override
    public byte[] headerBytes() {
        return null;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        JsonObject line = line(
                Instant.ofEpochMilli(event.getTimeStamp()), event.getLevel().toString());
        line.addProperty("logger", event.getLoggerName());
        line.addProperty("thread", event.getThreadName());
        line.addProperty("message", event.getFormattedMessage());
        String request = event.getMDCPropertyMap().get(RequestIdInterceptor.IN_LOG);
        if (request != null) {
            line.addProperty("request", request);
        }
        if (event.getThrowableProxy() != null) {
            line.addProperty("exception", ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        return text(line).getBytes(UTF_8);
    }

    @Override
    public byte[] footerBytes() {
        return null;
    }

    private static JsonObject line(Instant time, String level) {
        JsonObject line = new JsonObject();
        line.addProperty("time", time.toString());
        line.addProperty("level", level);
        return line;
    }

    private static String text(JsonObject line) {
        return WRITER.toJson(line) + "\n";
    }

    /** The same for libraries that use the platform's own logging. */
    static final class OfPlatform extends Formatter {
        @Override
        public String format(LogRecord event) {
            JsonObject line = line(
                    event.getInstant(),
                    LEVELS.getOrDefault(event.getLevel(), event.getLevel().getName()));
            line.addProperty("logger", event.getLoggerName());
            line.addProperty("thread", Long.toString(event.getLongThreadID()));
            line.addProperty("message", formatMessage(event));
            if (event.getThrown() != null) {
                StringWriter trace = new StringWriter();
                event.getThrown().printStackTrace(new PrintWriter(trace, true));
                line.addProperty("exception", trace.toString());
            }
            return text(line);
        }
    }
}
