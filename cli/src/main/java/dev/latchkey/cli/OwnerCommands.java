package dev.latchkey.cli;

import java.util.List;
import java.util.function.Function;
import picocli.CommandLine;

/** What an owner does in a session; the same commands on the command line and in the shell. */
final class OwnerCommands {

    /** In the order in which help lists them. */
    static final List<String> NAMES = List.of(
            "put",
            "get",
            "generate",
            "import",
            "export",
            "list",
            "rm",
            "rename",
            "audit",
            "passwd",
            "backup",
            "restore",
            "devices",
            "sessions",
            "account");

    private final Surroundings surroundings;
    private final GlobalOptions global;
    private final Function<Function<Access, Object>, CommandLine> attach;

    /** @param attach makes a command with the access it uses */
    OwnerCommands(
            Surroundings surroundings, GlobalOptions global, Function<Function<Access, Object>, CommandLine> attach) {
        this.surroundings = surroundings;
        this.global = global;
        this.attach = attach;
    }

    /** Makes one of {@link #NAMES}: they take a while to make, and a process mostly runs only one. */
    CommandLine make(String name) {
        return switch (name) {
            case "put" -> attach.apply(access -> new PutCommand(surroundings, global, access));
            case "get" -> attach.apply(access -> new GetCommand(surroundings, global, access));
            case "generate" -> attach.apply(access -> new GenerateCommand(surroundings, global, access));
            case "import" -> attach.apply(access -> new ImportCommand(surroundings, global, access));
            case "export" -> attach.apply(access -> new ExportCommand(surroundings, global, access));
            case "list" -> attach.apply(access -> new ListCommand(surroundings, global, access));
            case "rm" -> attach.apply(access -> new RemoveCommand(surroundings, global, access));
            case "rename" -> attach.apply(access -> new RenameCommand(surroundings, global, access));
            case "audit" -> attach.apply(access -> new AuditCommand(surroundings, global, access));
            case "passwd" -> attach.apply(access -> new PasswdCommand(surroundings, global, access));
            case "backup" -> attach.apply(access -> new BackupCommand(surroundings, global, access));
            case "restore" -> attach.apply(access -> new RestoreCommand(surroundings, global, access));
            case "devices" ->
                attach.apply(access -> new DevicesCommand(surroundings, global, access))
                        .addSubcommand(attach.apply(access -> new DevicesRevokeCommand(surroundings, global, access)));
            case "sessions" ->
                attach.apply(access -> new SessionsCommand(surroundings, global, access))
                        .addSubcommand(attach.apply(access -> new SessionsCloseCommand(surroundings, global, access)));
            case "account" ->
                new CommandLine(new AccountCommand())
                        .addSubcommand(attach.apply(access -> new AccountDeleteCommand(surroundings, global, access)));
            default -> throw new IllegalArgumentException("no command of an owner");
        };
    }

    /** Adds all of them to {@code parent}. */
    void addTo(CommandLine parent) {
        NAMES.forEach(name -> parent.addSubcommand(make(name)));
    }
}
