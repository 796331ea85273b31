package dev.latchkey.cli;

import dev.latchkey.server.ServerOptions;
import dev.latchkey.server.ServerStartException;
import dev.latchkey.server.backup.BackupException;
import dev.latchkey.server.store.StoreUnavailableException;

/** The database of a server, worked on beside it: with the server's log, and with failures said to a person. */
final class ServerDatabase {

    private final ServerConfig config;

    ServerDatabase(ServerConfig config) {
        this.config = config;
    }

    /** @param kept what was kept or changed if it fails */
    <T> T work(Work<T> work, String kept) throws CommandFailure {
        Logs.forServer(config.operations().log());
        try {
            return work.with(ServerRunner.withoutAddress(config));
        } catch (ServerStartException e) {
            throw ServerRunner.explain(e, kept);
        } catch (BackupException e) {
            throw BackupForm.explain(e, kept);
        } catch (StoreUnavailableException e) {
            throw new CommandFailure(
                            FailureCode.STORAGE,
                            "The database did not go on: " + e.getMessage() + ".",
                            kept,
                            "Put that right, and give the same command again.")
                    .because(e);
        }
    }

    /** What is done there. */
    @FunctionalInterface
    interface Work<T> {
        T with(ServerOptions options) throws ServerStartException, BackupException, StoreUnavailableException;
    }
}
