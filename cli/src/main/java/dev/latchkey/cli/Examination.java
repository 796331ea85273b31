package dev.latchkey.cli;

import dev.latchkey.server.ServerBackup;
import dev.latchkey.server.ServerOptions;
import dev.latchkey.server.ServerStartException;
import dev.latchkey.server.StartCheck;
import dev.latchkey.server.admin.AdminAnswer.ServerShown;
import dev.latchkey.server.admin.AdminRequest;
import dev.latchkey.server.seal.RootKeySource;
import dev.latchkey.server.store.StoreLocation.PostgresDatabase;
import dev.latchkey.server.store.StoreLocation.SqliteFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Looks at everything about a server that an operator may have to see to, and changes nothing. */
final class Examination {

    private static final Duration OLD_BACKUP = Duration.ofDays(7);
    private static final Duration CLOCKS_APART = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final long LEAST_FREE = 1L << 30;

    private final ServerConfig config;
    private final RunningServer server;
    private final Surroundings surroundings;
    private final List<Finding> findings = new ArrayList<>();

    Examination(ServerConfig config, RunningServer server, Surroundings surroundings) {
        this.config = config;
        this.server = server;
        this.surroundings = surroundings;
    }

    /**
     * What one look came to.
     *
     * @param subject what was looked at
     * @param found what there is
     * @param next what to do about it; empty if all is well
     */
    record Finding(String subject, String found, Optional<String> next) {}

    List<Finding> findings() throws CommandFailure {
        ServerOptions options = ServerRunner.options(config);
        for (StartCheck.Finding finding : StartCheck.look(options, Clock.systemUTC())) {
            start(finding);
        }
        rootKey(options);
        permissions();
        if (config.storage() instanceof SqliteFile database) {
            space(database.file());
        }
        port();
        running();
        return List.copyOf(findings);
    }

    private void start(StartCheck.Finding finding) {
        String subject = finding.subject().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        if (finding.refusal().isPresent()) {
            bad(subject, finding.sentence(), "A server would not start like this: put that right.");
        } else if (finding.sentence().contains("Renew it now.")) {
            bad(subject, finding.sentence().replace(" Renew it now.", ""), "Renew it now.");
        } else {
            good(subject, finding.sentence());
        }
    }

    private void rootKey(ServerOptions options) {
        try {
            good("fingerprint", "The root key's is " + ServerBackup.rootKeyFingerprint(options) + ".");
        } catch (ServerStartException e) {
            // It was said above that it can't be read.
            return;
        }
    }

    private void permissions() {
        List<Path> open = new ArrayList<>();
        List<Path> files = new ArrayList<>(List.of(config.tls().key()));
        if (config.rootKey() instanceof RootKeySource.InFile rootKey) {
            files.add(rootKey.file());
        }
        config.operator().socket().ifPresent(files::add);
        if (config.storage() instanceof SqliteFile database) {
            files.add(database.file());
        } else if (config.storage() instanceof PostgresDatabase database) {
            database.passwordFile().ifPresent(files::add);
        }
        for (Path file : files) {
            if (isOpen(file)) {
                open.add(file);
            }
        }
        if (open.isEmpty()) {
            good("permissions", "Keys, database and socket are their owner's alone.");
        } else {
            String names = String.join(" ", open.stream().map(Path::toString).toList());
            bad("permissions", "Others can get at " + names + ".", "chmod go= " + names);
        }
    }

    private static boolean isOpen(Path file) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            return permissions.stream()
                    .anyMatch(permission -> !permission.name().startsWith("OWNER"));
        } catch (IOException | UnsupportedOperationException e) {
            // What is not there is nobody's; whether it should be is said elsewhere.
            return false;
        }
    }

    private void space(Path database) {
        try {
            long size = Files.exists(database) ? Files.size(database) : 0;
            Path folder = database.toAbsolutePath().getParent();
            long free = Files.getFileStore(folder).getUsableSpace();
            String found = "The database has " + mebibytes(size) + ", its disk " + mebibytes(free) + " left.";
            if (free < Math.max(LEAST_FREE, size)) {
                bad("disk", found, "Make room: a server that can't write stops answering.");
            } else {
                good("disk", found);
            }
        } catch (IOException e) {
            bad("disk", "How much is left can't be found out.", "Check that the database's folder exists.");
        }
    }

    private static String mebibytes(long bytes) {
        return (bytes >> 20) + " MiB";
    }

    private void port() {
        InetSocketAddress address =
                new InetSocketAddress(config.listen().host(), config.listen().port());
        InetSocketAddress here = !address.isUnresolved() && address.getAddress().isAnyLocalAddress()
                ? new InetSocketAddress("localhost", address.getPort())
                : address;
        try (Socket socket = new Socket()) {
            socket.connect(here, Math.toIntExact(PATIENCE.toMillis()));
            good("port", "Something listens at " + config.listen() + ".");
        } catch (IOException | IllegalArgumentException e) {
            bad("port", "Nothing listens at " + config.listen() + ".", "Start the server: latchkey server run");
        }
    }

    private void running() throws CommandFailure {
        ServerShown shown;
        try {
            shown = server.ask(new AdminRequest.ShowServer(), ServerShown.class, surroundings);
        } catch (CommandFailure e) {
            bad("admin socket", e.what(), e.next());
            for (String subject : List.of("clock", "backup")) {
                bad(subject, "Not looked at: no server answered.", "See to the admin socket, and look again.");
            }
            return;
        }
        good("admin socket", "The server answers.");
        Instant now = surroundings.time().now();
        Duration apart =
                Duration.between(now, Instant.ofEpochMilli(shown.nowMillis())).abs();
        if (apart.compareTo(CLOCKS_APART) > 0) {
            bad(
                    "clock",
                    "The database's clock and this machine's are " + apart.toMillis() + " ms apart.",
                    "Set both by the same source of time.");
        } else {
            good("clock", "The database's clock and this machine's agree.");
        }
        backup(shown, now);
    }

    private void backup(ServerShown shown, Instant now) {
        if (shown.lastBackup() == 0) {
            bad("backup", "None was ever taken.", "latchkey server backup FILE");
            return;
        }
        Duration age = Duration.between(Instant.ofEpochMilli(shown.lastBackupMillis()), now);
        String found = "The last, number " + shown.lastBackup() + ", is "
                + (age.toDays() > 0 ? InWords.amount(age.toDays(), "day", "days") : InWords.duration(age)) + " old.";
        if (age.compareTo(OLD_BACKUP) > 0) {
            bad("backup", found, "latchkey server backup FILE");
        } else {
            good("backup", found);
        }
    }

    private void good(String subject, String found) {
        findings.add(new Finding(subject, found, Optional.empty()));
    }

    private void bad(String subject, String found, String next) {
        findings.add(new Finding(subject, found, Optional.of(next)));
    }
}
