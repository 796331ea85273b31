package dev.latchkey.server.ops;

import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.Request.OperationCase;
import dev.latchkey.server.rpc.Tally;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Counts what it is told. All its labels are names of constants. */
final class CountedTally implements Tally {
    static final String DONE = "done";
    private static final String CODE_PREFIX = "FAILURE_CODE_";

    private final Map<Guess, Counter> guesses = new EnumMap<>(Guess.class);
    private final Map<Handshake, Counter> handshakes = new EnumMap<>(Handshake.class);
    private final Map<Bound, Counter> bounds = new EnumMap<>(Bound.class);
    private final Map<OperationCase, Map<String, Counter>> operations = new EnumMap<>(OperationCase.class);

    CountedTally(MeterRegistry registry) {
        for (Guess guess : Guess.values()) {
            guesses.put(
                    guess,
                    Counter.builder("latchkey.guesses")
                            .description("Units of guess budgets that logins asked for")
                            .tag("outcome", label(guess))
                            .register(registry));
        }
        for (Handshake step : Handshake.values()) {
            handshakes.put(
                    step,
                    Counter.builder("latchkey.handshakes")
                            .description("Handshakes of logins and registrations, by step")
                            .tag("step", label(step))
                            .register(registry));
        }
        for (Bound bound : Bound.values()) {
            bounds.put(
                    bound,
                    Counter.builder("latchkey.throughput.refusals")
                            .description("Calls that were asked to come back later, by the bound they met")
                            .tag("bound", label(bound))
                            .register(registry));
        }
        for (OperationCase operation : OperationCase.values()) {
            operations.put(operation, ofOperation(registry, operation));
        }
    }

    private static Map<String, Counter> ofOperation(MeterRegistry registry, OperationCase operation) {
        Map<String, Counter> counters = new HashMap<>();
        counters.put(DONE, counter(registry, operation, DONE));
        for (FailureCode code : FailureCode.values()) {
            counters.put(code.name(), counter(registry, operation, codeLabel(code)));
        }
        return counters;
    }

    private static Counter counter(MeterRegistry registry, OperationCase operation, String outcome) {
        return Counter.builder("latchkey.operations")
                .description("Operations in sessions that were answered, by what the answer says")
                .tag("operation", operationLabel(operation))
                .tag("outcome", outcome)
                .register(registry);
    }

    @Override
    public void guess(Guess what) {
        guesses.get(what).increment();
    }

    @Override
    public void handshake(Handshake what) {
        handshakes.get(what).increment();
    }

    @Override
    public void bound(Bound what) {
        bounds.get(what).increment();
    }

    @Override
    public void operation(OperationCase operation, Optional<FailureCode> failure) {
        operations
                .get(operation)
                .get(failure.isPresent() ? failure.get().name() : DONE)
                .increment();
    }

    static String operationLabel(OperationCase operation) {
        return operation == OperationCase.OPERATION_NOT_SET ? "unknown" : label(operation);
    }

    static String codeLabel(FailureCode code) {
        return code == FailureCode.UNRECOGNIZED ? label(code) : label(code).substring(CODE_PREFIX.length());
    }

    static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
