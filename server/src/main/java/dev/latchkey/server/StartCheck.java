package dev.latchkey.server;

import dev.latchkey.server.store.StoreLocation.SqliteFile;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at what a start would look at, starts nothing and changes nothing. */
public final class StartCheck {
    /** A certificate that is renewed by a program is renewed before. */
    private static final Duration SOON = Duration.ofDays(14);

    private StartCheck() {}

    /** What is looked at. */
    public enum Subject {
        CERTIFICATE,
        ROOT_KEY,
        STORAGE
    }

    /**
     * What one look came to.
     *
     * @param subject what was looked at
     * @param sentence what was found, for an operator
     * @param refusal why a server would not start; empty if all is well
     */
    public record Finding(Subject subject, String sentence, Optional<ServerStartException.Reason> refusal) {}

    /** Looks at everything, whatever the first look found; the database is looked at only with a root key. */
    public static List<Finding> look(ServerOptions options, Clock clock) {
        List<Finding> findings = new ArrayList<>();
        findings.add(found(Subject.CERTIFICATE, () -> certificate(options, clock)));
        Finding rootKey = found(Subject.ROOT_KEY, () -> {
            ServerStorage.requireRootKey(options);
            return "Read, and readable by its owner alone.";
        });
        findings.add(rootKey);
        if (rootKey.refusal().isEmpty()) {
            findings.add(found(Subject.STORAGE, () -> storage(options)));
        }
        return List.copyOf(findings);
    }

    private static String certificate(ServerOptions options, Clock clock) throws ServerStartException {
        Instant notAfter = TlsFiles.load(options.certificate(), options.certificateKey(), clock)
                .notAfter();
        Duration left = Duration.between(clock.instant(), notAfter);
        return "Good together with its key, for " + left.toDays() + " more days."
                + (left.compareTo(SOON) < 0 ? " Renew it now." : "");
    }

    private static String storage(ServerOptions options) throws ServerStartException {
        int version = ServerStorage.look(options);
        if (version > 0) {
            return "Made under this root key; its tables are those of version " + version + ".";
        }
        return options.storage() instanceof SqliteFile
                ? "There is none yet; the first start makes it."
                : "Reachable, and empty; the first start makes its tables.";
    }

    private static Finding found(Subject subject, Look look) {
        try {
            return new Finding(subject, look.take(), Optional.empty());
        } catch (ServerStartException refused) {
            return new Finding(subject, refused.getMessage(), Optional.of(refused.reason()));
        }
    }

    @FunctionalInterface
    private interface Look {
        String take() throws ServerStartException;
    }
}
