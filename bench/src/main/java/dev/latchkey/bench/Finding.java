package dev.latchkey.bench;

import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;

/** What measuring one row came to: the figures that are held to a limit, and those that stand beside them. */
final class Finding {

    private final Map<String, Held> held = new LinkedHashMap<>();
    private final JsonObject beside = new JsonObject();

    /** A figure and what it must be. */
    private record Held(double measured, double limit, boolean atMost) {
        boolean holds() {
            return atMost ? measured <= limit : measured >= limit;
        }
    }

    /** A figure that must not be above {@code limit}; a figure that could not be taken is not a number, and does not hold. */
    Finding atMost(String figure, double measured, double limit) {
        held.put(figure, new Held(measured, limit, true));
        return this;
    }

    /** A figure that must not be below {@code limit}. */
    Finding atLeast(String figure, double measured, double limit) {
        held.put(figure, new Held(measured, limit, false));
        return this;
    }

    /** A figure that is only told. */
    Finding beside(String figure, double value) {
        beside.addProperty(figure, rounded(value));
        return this;
    }

    /** Something else worth telling. */
    Finding beside(String what, String text) {
        beside.addProperty(what, text);
        return this;
    }

    boolean holds() {
        return !held.isEmpty() && held.values().stream().allMatch(Held::holds);
    }

    /** The row as it is printed: {@code name}, {@code measured}, {@code limit}, {@code holds}, and {@code beside}. */
    JsonObject toJson(String name) {
        JsonObject measured = new JsonObject();
        JsonObject limit = new JsonObject();
        held.forEach((figure, value) -> {
            measured.addProperty(figure, rounded(value.measured()));
            limit.addProperty(figure, (value.atMost() ? "<= " : ">= ") + plain(value.limit()));
        });
        JsonObject json = new JsonObject();
        json.addProperty("name", name);
        json.add("measured", measured);
        json.add("limit", limit);
        json.addProperty("holds", holds());
        json.add("beside", beside);
        return json;
    }

    /** Four significant digits; JSON has no infinities and nothing that is not a number, so those are null. */
    private static Number rounded(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return null;
        }
        if (Math.abs(value) >= 1000) {
            return Math.round(value);
        }
        return new java.math.BigDecimal(value)
                .round(new java.math.MathContext(4))
                .stripTrailingZeros()
                .doubleValue();
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
