package dev.latchkey.cli;

import java.util.List;
import java.util.function.Function;
import picocli.CommandLine;

/** What an owner does in a session; the same commands on the command line and in the shell. */
final class OwnerCommands {

    private OwnerCommands() {}

    /**
     * Adds them to {@code parent}.
     *
     * @param attach makes a command with the access it uses
     */
    static void add(
            CommandLine parent,
            Surroundings surroundings,
            GlobalOptions global,
            Function<Function<Access, Object>, CommandLine> attach) {
        List<Function<Access, Object>> commands = List.of(
                access -> new PutCommand(surroundings, global, access),
                access -> new GetCommand(surroundings, global, access),
                access -> new GenerateCommand(surroundings, global, access),
                access -> new ImportCommand(surroundings, global, access),
                access -> new ExportCommand(surroundings, global, access),
                access -> new ListCommand(surroundings, global, access),
                access -> new RemoveCommand(surroundings, global, access),
                access -> new RenameCommand(surroundings, global, access),
                access -> new AuditCommand(surroundings, global, access),
                access -> new PasswdCommand(surroundings, global, access),
                access -> new BackupCommand(surroundings, global, access),
                access -> new RestoreCommand(surroundings, global, access));
        commands.forEach(command -> parent.addSubcommand(attach.apply(command)));
        parent.addSubcommand(attach.apply(access -> new DevicesCommand(surroundings, global, access))
                .addSubcommand(attach.apply(access -> new DevicesRevokeCommand(surroundings, global, access))));
        parent.addSubcommand(attach.apply(access -> new SessionsCommand(surroundings, global, access))
                .addSubcommand(attach.apply(access -> new SessionsCloseCommand(surroundings, global, access))));
        parent.addSubcommand(new CommandLine(new AccountCommand())
                .addSubcommand(attach.apply(access -> new AccountDeleteCommand(surroundings, global, access))));
    }
}
