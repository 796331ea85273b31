package dev.latchkey.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;

/** Collects the demonstration for a program. */
final class DemoJson implements DemoAudience {

    private final JsonArray steps = new JsonArray();

    @Override
    public void see(DemoStep step) {
        JsonObject data = new JsonObject();
        data.addProperty("title", step.title());
        data.add("owner", texts(step.owner()));
        data.add("database", texts(step.server()));
        steps.add(data);
    }

    @Override
    public void see(String title, List<String> lines) {
        JsonArray texts = new JsonArray();
        lines.forEach(texts::add);
        JsonObject data = new JsonObject();
        data.addProperty("title", title);
        data.add("rows", texts);
        steps.add(data);
    }

    /**
     * All that was shown.
     *
     * @param found how often each text was found in the database's files
     * @param millis how long each part took
     */
    JsonObject with(Map<String, Integer> found, Map<String, Long> millis) {
        JsonObject data = new JsonObject();
        data.add("steps", steps);
        data.add("found_in_database", numbers(found));
        data.add("milliseconds", numbers(millis));
        return data;
    }

    private static JsonArray texts(List<DemoStep.Line> lines) {
        JsonArray texts = new JsonArray();
        lines.forEach(line -> texts.add(line.text()));
        return texts;
    }

    private static JsonObject numbers(Map<String, ? extends Number> numbers) {
        JsonObject data = new JsonObject();
        numbers.forEach(data::addProperty);
        return data;
    }
}
