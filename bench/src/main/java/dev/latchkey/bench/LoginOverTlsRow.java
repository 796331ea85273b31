package dev.latchkey.bench;

import dev.latchkey.bench.load.Load;
import dev.latchkey.bench.load.LoadResult;
import dev.latchkey.bench.load.ServedProcess;
import dev.latchkey.bench.load.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a whole login costs the server beside the OPAQUE work in it. */
final class LoginOverTlsRow implements Row {

    private static final int OWNERS = 8;
    private static final int ROUNDS = 5;
    private static final int OPAQUE_LOGINS = 1500;
    private static final Duration WARM_UP = Duration.ofSeconds(40);
    private static final Duration ROUND = Duration.ofSeconds(8);
    private static final double LIMIT = 2.5;

    @Override
    public String name() {
        return "login-over-tls";
    }

    @Override
    public String about() {
        return "whole login over TLS, connection reused, SQLite: server CPU beside the OPAQUE work alone";
    }

    @Override
    public Finding measure(Bench bench) throws Exception {
        List<Double> ratios = new ArrayList<>();
        List<Double> wholes = new ArrayList<>();
        List<Double> alones = new ArrayList<>();
        List<Double> rates = new ArrayList<>();
        long errors = 0;
        try (ServedProcess server =
                        ServedProcess.keyServer(bench.folder("server").resolve("data"));
                Load load = new Load(server, Workload.LOGIN, OWNERS, true);
                OpaqueAccount account = new OpaqueAccount()) {
            bench.say("warming up for " + WARM_UP.toSeconds() + " s");
            load.closed(WARM_UP);
            opaqueMicros(account);
            for (int round = 0; round < ROUNDS; round++) {
                LoadResult result = load.closed(ROUND);
                double alone = opaqueMicros(account);
                errors += result.errors();
                wholes.add(result.serverMicros());
                alones.add(alone);
                rates.add(result.operationsPerSecond());
                ratios.add(result.serverMicros() / alone);
            }
        }
        return new Finding()
                .atMost("times the OPAQUE work", Medians.of(ratios), LIMIT)
                .atMost("errors", (double) errors, 0)
                .beside("server CPU a login, µs", Medians.of(wholes))
                .beside("OPAQUE work alone, µs", Medians.of(alones))
                .beside("logins a second, with the driver on the same machine", Medians.of(rates))
                .beside("owners at once", OWNERS);
    }

    private static double opaqueMicros(OpaqueAccount account) throws Exception {
        long nanos = 0;
        for (int i = 0; i < OPAQUE_LOGINS; i++) {
            nanos += account.login();
        }
        return nanos / 1e3 / OPAQUE_LOGINS;
    }
}
