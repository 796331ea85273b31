package dev.latchkey.bench.load;

import com.google.gson.GsonBuilder;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench/load}: a run of load against a server that it starts, over TLS. */
@Command(
        name = "bench/load",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a key server on an empty SQLite database, lets owners work at it over TLS, and prints what came of it as JSON.",
            "In a closed loop every owner begins its next operation when the last has ended. With --rate, operations fall due "
                    + "at that rate, and an operation's time counts from when it was due, so that waiting in a queue is counted."
        })
public final class LoadCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--workload",
            defaultValue = "mixed",
            description = "What the owners do: ${COMPLETION-CANDIDATES}. Default: mixed.")
    private Workload workload;

    @Option(
            names = "--owners",
            defaultValue = "16",
            description = "Owners at once, each on a connection of its own. Default: 16.")
    private int owners;

    @Option(
            names = "--rate",
            defaultValue = "0",
            description = "Operations that fall due in a second, for an open loop. Default: a closed loop.")
    private double rate;

    @Option(names = "--seconds", defaultValue = "20", description = "How long it is measured. Default: 20.")
    private int seconds;

    @Option(
            names = "--warm-up",
            defaultValue = "10",
            description = "Seconds of the same load before, not measured. Default: 10.")
    private int warmUp;

    @Option(names = "--new-connections", description = "Make a new connection for every operation.")
    private boolean newConnections;

    @Option(
            names = "--server-options",
            defaultValue = "",
            description = "Options for the server's Java, in one argument.")
    private String serverOptions;

    @Option(names = "--plot", description = "Write FILE-latency.svg and FILE-throughput.svg.", paramLabel = "FILE")
    private String plot;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new LoadCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        if (owners < 1 || seconds < 1 || warmUp < 0 || rate < 0) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--owners and --seconds are at least 1, --warm-up and --rate at least 0.");
        }
        PrintWriter out = spec.commandLine().getOut();
        Path folder = Files.createTempDirectory("latchkey-load");
        try (ServedProcess server = server(folder.resolve("server"));
                Load load = new Load(server, workload, owners, !newConnections)) {
            if (warmUp > 0) {
                run(load, warmUp);
            }
            LoadResult result = run(load, seconds);
            out.println(new GsonBuilder().setPrettyPrinting().create().toJson(result.toJson()));
            out.flush();
            if (plot != null) {
                String title = owners + " owners, " + workload.about();
                LoadPlots.latency(Path.of(plot + "-latency.svg"), title, List.of(name()), List.of(result));
                LoadPlots.throughput(Path.of(plot + "-throughput.svg"), title, List.of(name()), List.of(result));
            }
            return result.errors() == 0 ? 0 : 1;
        } finally {
            Folders.delete(folder);
        }
    }

    private String name() {
        return rate > 0 ? rate + " fall due in a second" : "closed loop";
    }

    private LoadResult run(Load load, int forSeconds) throws Exception {
        Duration duration = Duration.ofSeconds(forSeconds);
        return rate > 0 ? load.open(duration, rate) : load.closed(duration);
    }

    private ServedProcess server(Path folder) throws Exception {
        String[] options = Arrays.stream(serverOptions.split(" ", -1))
                .filter(option -> !option.isEmpty())
                .collect(Collectors.toList())
                .toArray(new String[0]);
        if (workload != Workload.ECHO) {
            return ServedProcess.keyServer(folder, options);
        }
        // The bare server borrows a deployment's certificate.
        StartedServer.init(folder);
        return ServedProcess.echo(folder, options);
    }
}
