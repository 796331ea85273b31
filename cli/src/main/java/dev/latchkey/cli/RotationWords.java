package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.server.store.KeyRotation.Progress;
import java.util.Locale;

/** How far the renewal of a data key has come, for a person and for a program. */
final class RotationWords {

    private RotationWords() {}

    static String of(Progress progress) {
        String rows = progress.done() + " of " + progress.total() + " rows";
        return switch (progress.state()) {
            case SEALING -> "Renewal: " + rows + " are under data key " + progress.target() + ".";
            case COUNTING -> "Renewal: " + rows + " are done; looking whether anything is left under an older key.";
            case DONE -> "Everything is sealed under data key " + progress.target() + ". The older ones are deleted.";
            case OLD_KEYS_KEPT ->
                progress.leftOver() + " rows are left under older data keys, which are therefore kept: "
                        + progress.damaged() + " of them do not open. Everything else is under data key "
                        + progress.target() + ".";
        };
    }

    static JsonObject json(Progress progress) {
        JsonObject data = new JsonObject();
        data.addProperty("target", progress.target());
        data.addProperty("state", progress.state().name().toLowerCase(Locale.ROOT));
        data.addProperty("done", progress.done());
        data.addProperty("total", progress.total());
        data.addProperty("damaged", progress.damaged());
        data.addProperty("left_over", progress.leftOver());
        return data;
    }
}
