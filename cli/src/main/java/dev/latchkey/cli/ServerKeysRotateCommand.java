package dev.latchkey.cli;

import dev.latchkey.server.store.KeyRotation.Progress;
import dev.latchkey.server.store.KeyRotation.State;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Renews the data key. */
@Command(
        name = "rotate",
        description = {
            "Make a new data key, seal everything in a server's database under it, and delete the older ones. If that was"
                    + " interrupted before, it goes on where it stood.",
            "",
            "A server that runs does it, if it has an admin socket, and its owners notice nothing. Without one it is done in the"
                    + " database: over PostgreSQL beside the servers, with SQLite while the server is stopped.",
            ""
        })
final class ServerKeysRotateCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    @Mixin
    private final RunningServer server = new RunningServer();

    ServerKeysRotateCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure {
        Output output = new Output(surroundings, root.global().json());
        Progress progress = new ServerKeys(server, surroundings).renew(new EveryTenth(output));
        if (progress.state() == State.OLD_KEYS_KEPT) {
            throw new CommandFailure(
                    FailureCode.STORAGE,
                    RotationWords.of(progress),
                    "The rows that do not open are as they were.",
                    "Find out which they are: latchkey server verify. Bring them back, and rotate again.");
        }
        output.result(RotationWords.of(progress), RotationWords.json(progress));
        return ExitCode.OK.number();
    }

    /** Not every step: there are many. */
    private static final class EveryTenth implements Consumer<Progress> {
        private final Output output;
        private long said = -1;

        EveryTenth(Output output) {
            this.output = output;
        }

        @Override
        public void accept(Progress progress) {
            long tenth = progress.total() == 0 ? 10 : 10 * progress.done() / progress.total();
            if (progress.state() == State.SEALING && tenth != said) {
                said = tenth;
                output.remark(RotationWords.of(progress));
            }
        }
    }
}
