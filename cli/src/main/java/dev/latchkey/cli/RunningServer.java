package dev.latchkey.cli;

import dev.latchkey.server.admin.AdminAnswer;
import dev.latchkey.server.admin.AdminClient;
import dev.latchkey.server.admin.AdminClientException;
import dev.latchkey.server.admin.AdminRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongConsumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which running server is meant, and the way into it: its admin socket. */
final class RunningServer {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String PERHAPS = "It is not known whether it was done.";

    @Mixin
    private ServerConfigOption configuration;

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            description = "Its admin socket, instead of the one in the configuration.")
    private Path given;

    /** What the server answers, if it is not that it did nothing. */
    <A extends AdminAnswer> A ask(AdminRequest request, Class<A> expected, Surroundings surroundings)
            throws CommandFailure {
        return ask(request, expected, surroundings, new Waiting(PATIENCE, bytes -> {}));
    }

    /** The same of what takes its time. */
    <A extends AdminAnswer> A ask(AdminRequest request, Class<A> expected, Surroundings surroundings, Waiting waiting)
            throws CommandFailure {
        Path socket = socket(surroundings);
        try {
            return ask(request, expected, socket, waiting);
        } catch (AdminClientException e) {
            throw explain(e, socket);
        }
    }

    /**
     * The same, or empty if none runs, or none can be asked: then there is its database. Whoever names a socket means a server
     * that runs.
     */
    <A extends AdminAnswer> Optional<A> askIfRunning(
            AdminRequest request, Class<A> expected, Surroundings surroundings, Waiting waiting) throws CommandFailure {
        try {
            return Optional.of(ask(request, expected, surroundings, waiting));
        } catch (CommandFailure e) {
            if (isNamedBySocket() || !isNotThere(e)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** The same of what does not take its time. */
    <A extends AdminAnswer> Optional<A> askIfRunning(AdminRequest request, Class<A> expected, Surroundings surroundings)
            throws CommandFailure {
        return askIfRunning(request, expected, surroundings, new Waiting(PATIENCE, bytes -> {}));
    }

    private static <A extends AdminAnswer> A ask(AdminRequest request, Class<A> expected, Path socket, Waiting waiting)
            throws AdminClientException, CommandFailure {
        AdminAnswer answer = new AdminClient(socket, waiting.patience()).ask(request, waiting.progress());
        if (answer instanceof AdminAnswer.Failed failed) {
            throw explain(failed.reason());
        }
        if (!expected.isInstance(answer)) {
            throw unexpected();
        }
        return expected.cast(answer);
    }

    /**
     * How an answer is waited for.
     *
     * @param patience for how long at most
     * @param progress is told how far a backup is, in bytes
     */
    record Waiting(Duration patience, LongConsumer progress) {}

    /** Whether the socket itself was named, and not a configuration. */
    boolean isNamedBySocket() {
        return given != null;
    }

    /** The configuration file, if there is one. */
    Optional<Path> configuration() {
        return configuration.file();
    }

    ServerConfig read(Surroundings surroundings) throws CommandFailure {
        return configuration.read(surroundings);
    }

    /** Whether a failure says that no server runs, or none can be asked. */
    static boolean isNotThere(CommandFailure failure) {
        boolean isSaidByTheSocket = failure.getCause() instanceof AdminClientException e
                && e.reason() == AdminClientException.Reason.NO_SERVER;
        return failure.code() == FailureCode.NO_SERVER || isSaidByTheSocket;
    }

    /** Whether it is not known if a running server did what it was asked. */
    static boolean leavesOpen(CommandFailure failure) {
        return failure.kept().equals(PERHAPS);
    }

    /** An answer that belongs to another request. */
    static CommandFailure unexpected() {
        return new CommandFailure(
                FailureCode.INTEGRITY,
                "What answers at the admin socket is not a server of this version.",
                PERHAPS,
                "Use the latchkey that the server was started with.");
    }

    private Path socket(Surroundings surroundings) throws CommandFailure {
        if (given != null) {
            return given.toAbsolutePath().normalize();
        }
        Optional<Path> named =
                surroundings.variable(ConfigKey.ADMIN_SOCKET.variable()).map(Path::of);
        if (configuration().isEmpty() && named.isPresent()) {
            return named.get().toAbsolutePath().normalize();
        }
        return read(surroundings)
                .operator()
                .socket()
                .orElseThrow(() -> new CommandFailure(
                        FailureCode.NO_SERVER,
                        "The server has no admin socket: its configuration names none.",
                        CommandFailure.NOTHING_CHANGED,
                        "Set admin.socket (or " + ConfigKey.ADMIN_SOCKET.variable()
                                + ") and start the server again, or name the socket with --socket PATH."));
    }

    private static CommandFailure explain(AdminClientException e, Path socket) {
        CommandFailure failure = switch (e.reason()) {
            case NO_SERVER ->
                new CommandFailure(
                        FailureCode.UNREACHABLE,
                        "No server is running at " + socket + ".",
                        CommandFailure.NOTHING_CHANGED,
                        "Start it, or name another with --config FILE or --socket PATH.");
            case NOT_ALLOWED ->
                new CommandFailure(
                        FailureCode.REFUSED,
                        "The admin socket " + socket + " is another user's.",
                        CommandFailure.NOTHING_CHANGED,
                        "Run the command as the user who runs the server.");
            case CROWDED ->
                new CommandFailure(
                        FailureCode.UNREACHABLE,
                        "The server at " + socket + " lets nobody in at the moment.",
                        CommandFailure.NOTHING_CHANGED,
                        "Try again when what others have asked it for is done; if that does not end, look at its log.");
            case NO_ANSWER ->
                new CommandFailure(
                        FailureCode.UNREACHABLE,
                        "The server at " + socket + " did not answer.",
                        PERHAPS,
                        "Look at its log, and run the command again: it does no more than is left to be done.");
            case OTHER_VERSION -> unexpected();
        };
        return failure.because(e);
    }

    private static CommandFailure explain(AdminAnswer.Reason reason) {
        return switch (reason) {
            case NO_SUCH_ACCOUNT ->
                new CommandFailure(
                        FailureCode.NOT_FOUND,
                        "There is no such account at this server.",
                        CommandFailure.NOTHING_CHANGED,
                        "Check the name: it is the one that its owner logs in with.");
            case STORE_UNAVAILABLE ->
                new CommandFailure(
                        FailureCode.STORAGE,
                        "The server could not use its database.",
                        PERHAPS,
                        "Look at the server's log, and run the command again when the database is back.");
            case MALFORMED -> unexpected();
            case BACKUP_EXISTS ->
                new CommandFailure(
                        FailureCode.FILE_EXISTS,
                        "There is a file of that name already.",
                        "It was kept, and no backup was taken.",
                        "Name another: a backup never replaces a file.");
            case BACKUP_IS_FOLDER ->
                new CommandFailure(
                        FailureCode.FILE_EXISTS,
                        "What was named for the backup is a folder.",
                        "No backup was taken.",
                        "Name a file in it, which is not there yet.");
            case ALREADY_UNDER_WAY ->
                new CommandFailure(
                        FailureCode.UNDER_WAY,
                        "The server is doing that already: somebody else has asked for it.",
                        CommandFailure.NOTHING_CHANGED,
                        "Wait for its end, then try again. If it does not end, look at the server's log and at its disk.");
            case BACKUP_UNWRITABLE ->
                new CommandFailure(
                        FailureCode.FILE_UNWRITABLE,
                        "The server can't write the backup there.",
                        "No backup was taken.",
                        "Check that the server's user may write to that folder and that its disk is not full; its log says"
                                + " more.");
            case ROOT_KEY_UNAVAILABLE ->
                new CommandFailure(
                        FailureCode.ROOT_KEY,
                        "The root key that the database is under is not to be had.",
                        "Nothing was begun with it.",
                        "The server's log says which one that is, and where it looks for it.");
            case INTERNAL ->
                new CommandFailure(
                        FailureCode.INTERNAL, "The server failed over this.", PERHAPS, "Its log says what happened.");
        };
    }
}
