package dev.latchkey.bench;

import static net.bytebuddy.matcher.ElementMatchers.named;

import java.lang.instrument.Instrumentation;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;

/** Counts how often methods are entered, in this process, without those methods knowing. */
public final class CountedCalls {

    private static final Map<String, LongAdder> COUNTS = new ConcurrentHashMap<>();

    private CountedCalls() {}

    /** From now on, every call of this method counts, whatever its arguments are. */
    public static void of(String type, String method) {
        Instrumentation instrumentation = ByteBuddyAgent.install();
        new AgentBuilder.Default()
                .disableClassFormatChanges()
                .with(AgentBuilder.RedefinitionStrategy.RETRANSFORMATION)
                .type(named(type))
                .transform((builder, description, loader, module, domain) ->
                        builder.visit(Advice.to(Entry.class).on(named(method))))
                .installOn(instrumentation);
    }

    /** What was counted since the last time, as "Type.method" to how often; methods not called are not in it. */
    public static Map<String, Long> take() {
        Map<String, Long> taken = new TreeMap<>();
        COUNTS.forEach((name, count) -> {
            long calls = count.sumThenReset();
            if (calls > 0) {
                taken.put(name, calls);
            }
        });
        return taken;
    }

    /** Called by what is woven in. */
    public static void count(String name) {
        COUNTS.computeIfAbsent(name, unknown -> new LongAdder()).increment();
    }

    /** Woven in at the begin of a method. */
    public static final class Entry {
        private Entry() {}

        @Advice.OnMethodEnter
        public static void enter(@Advice.Origin("#t.#m") String origin) {
            CountedCalls.count(origin.substring(origin.lastIndexOf('.', origin.lastIndexOf('.') - 1) + 1));
        }
    }
}
