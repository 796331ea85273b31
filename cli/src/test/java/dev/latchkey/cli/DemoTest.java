package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class DemoTest {

    private final World world = new World();

    @TempDir
    private Path temporary;

    @Test
    void pipedDemo_isPlainAndLeavesNothing() {
        assertThat(world.variable("TMPDIR", temporary.toString()).run("demo")).isZero();
        assertThat(world.out())
                .contains("8  The thief searches them", "the same as was stored", "in all")
                .contains("not found: \"" + Demo.CONTENT + "\"", "found: \"CREATE TABLE accounts\"")
                .doesNotContain("\u001b");
        assertThat(world.out().lines()).allMatch(line -> line.length() <= 120);
        assertThat(world.out().chars()).allMatch(c -> c < 128);
        assertThat(world.err()).isEmpty();
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void demoForPrograms_isOneObject() {
        assertThat(world.variable("TMPDIR", temporary.toString()).run("demo", "--json"))
                .isZero();
        JsonObject result = world.outJson();
        assertThat(result.getAsJsonArray("steps")).hasSize(8);
        JsonObject found = result.getAsJsonObject("found_in_database");
        assertThat(found.get("\"" + Demo.CONTENT + "\"").getAsInt()).isZero();
        assertThat(found.get("\"" + Demo.RIGHT_WORDS + "\"").getAsInt()).isZero();
        assertThat(found.get("\"CREATE TABLE accounts\"").getAsInt()).isPositive();
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void narrowScreen_isNotOverrun() {
        world.person().looksAtOutput();
        assertThat(world.variable("TMPDIR", temporary.toString())
                        .variable("NO_COLOR", "1")
                        .run("demo"))
                .isZero();
        assertThat(world.out().lines()).allMatch(line -> line.length() <= 80);
        assertThat(world.out()).contains("\u2502").doesNotContain("\u001b");
    }
}
