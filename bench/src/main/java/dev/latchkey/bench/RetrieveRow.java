package dev.latchkey.bench;

import dev.latchkey.bench.load.Load;
import dev.latchkey.bench.load.LoadResult;
import dev.latchkey.bench.load.ServedProcess;
import dev.latchkey.bench.load.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a retrieve costs the server beside a call that only answers. */
final class RetrieveRow implements Row {

    private static final int OWNERS = 8;
    private static final int ROUNDS = 7;
    private static final Duration WARM_UP = Duration.ofSeconds(30);
    private static final Duration ROUND = Duration.ofSeconds(5);
    private static final double LIMIT = 2;

    @Override
    public String name() {
        return "retrieve";
    }

    @Override
    public String about() {
        return "retrieve of a secret in an open session, SQLite: server CPU beside a bare gRPC echo";
    }

    @Override
    public Finding measure(Bench bench) throws Exception {
        List<Double> ratios = new ArrayList<>();
        List<Double> retrieves = new ArrayList<>();
        List<Double> echoes = new ArrayList<>();
        List<Double> storings = new ArrayList<>();
        List<Double> floors = new ArrayList<>();
        List<Double> rates = new ArrayList<>();
        long errors = 0;
        Path data = bench.folder("server").resolve("data");
        Path database = bench.folder("bare");
        try (ServedProcess server = ServedProcess.keyServer(data);
                ServedProcess bare = ServedProcess.echo(data);
                ServedProcess storing = ServedProcess.storingEcho(data, database);
                Load retrieving = new Load(server, Workload.RETRIEVE, OWNERS, true);
                Load echoing = new Load(bare, Workload.ECHO, OWNERS, true);
                Load committing = new Load(storing, Workload.ECHO, OWNERS, true)) {
            bench.say("warming up for three times " + WARM_UP.toSeconds() + " s");
            retrieving.closed(WARM_UP);
            echoing.closed(WARM_UP);
            committing.closed(WARM_UP);
            for (int round = 0; round < ROUNDS; round++) {
                LoadResult retrieve = retrieving.closed(ROUND);
                LoadResult echo = echoing.closed(ROUND);
                LoadResult floor = committing.closed(ROUND);
                errors += retrieve.errors() + echo.errors() + floor.errors();
                retrieves.add(retrieve.serverMicros());
                echoes.add(echo.serverMicros());
                rates.add(retrieve.operationsPerSecond());
                ratios.add(retrieve.serverMicros() / echo.serverMicros());
                storings.add(floor.serverMicros());
                floors.add(floor.serverMicros() / echo.serverMicros());
            }
        }
        return new Finding()
                .atMost("times the bare echo", Medians.of(ratios), LIMIT)
                .atMost("errors", (double) errors, 0)
                .beside("server CPU a retrieve, µs", Medians.of(retrieves))
                .beside("server CPU an echo, µs", Medians.of(echoes))
                .beside("server CPU an echo with a bare transaction of the same rows, µs", Medians.of(storings))
                .beside("such an echo, times the bare echo", Medians.of(floors))
                .beside("retrieves a second, with the driver on the same machine", Medians.of(rates))
                .beside("owners at once", OWNERS);
    }
}
