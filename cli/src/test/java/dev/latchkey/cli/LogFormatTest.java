package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Map;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

/** Lines of the log. */
class LogFormatTest {

    private static JsonObject parse(String line) {
        assertThat(line).endsWith("}\n").hasLineCount(1);
        return JsonParser.parseString(line).getAsJsonObject();
    }

    @Test
    void event_isOneLine_whateverIsInIt() {
        LoggingEvent event = new LoggingEvent(
                "fqcn",
                new LoggerContext().getLogger("dev.latchkey.Test"),
                Level.WARN,
                "two\nlines \"quoted\" {}",
                new IllegalStateException("why"),
                new Object[] {"ünïcode"});
        event.setMDCPropertyMap(Map.of("request", "00ff", "other", "left out"));

        JsonObject line = parse(new String(new JsonLines().encode(event), UTF_8));

        assertThat(line.keySet())
                .containsExactly("time", "level", "logger", "thread", "message", "request", "exception");
        assertThat(line.get("level").getAsString()).isEqualTo("WARN");
        assertThat(line.get("message").getAsString()).isEqualTo("two\nlines \"quoted\" ünïcode");
        assertThat(line.get("request").getAsString()).isEqualTo("00ff");
        assertThat(line.get("exception").getAsString()).contains("IllegalStateException: why", "\tat ");
    }

    @Test
    void eventOfThePlatformsLog_isALineLikeTheOthers() {
        LogRecord event = new LogRecord(java.util.logging.Level.SEVERE, "broken {0}");
        event.setLoggerName("io.grpc.Test");
        event.setParameters(new Object[] {"pipe"});
        event.setThrown(new IllegalStateException("why"));

        JsonObject line = parse(new JsonLines.OfPlatform().format(event));

        assertThat(line.get("level").getAsString()).isEqualTo("ERROR");
        assertThat(line.get("message").getAsString()).isEqualTo("broken pipe");
        assertThat(line.get("exception").getAsString()).contains("IllegalStateException: why");
    }
}
