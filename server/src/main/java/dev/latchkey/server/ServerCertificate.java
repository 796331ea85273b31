package dev.latchkey.server;

import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate that new connections get. When its files change it is taken from them anew; a pair that can't be used is
 * said once and left where it is, and the one before stays.
 */
final class ServerCertificate {
    private static final Logger log = LoggerFactory.getLogger(ServerCertificate.class);

    private final Path certificate;
    private final Path key;
    private final Clock clock;
    private final SslContext context = new CurrentTls(() -> current().context());
    private volatile ServerTls current;
    private List<Look> seen;
    private List<Look> refused = List.of();

    private ServerCertificate(Path certificate, Path key, Clock clock) throws ServerStartException {
        this.certificate = certificate;
        this.key = key;
        this.clock = clock;
        this.seen = look();
        this.current = TlsFiles.load(certificate, key, clock);
    }

    static ServerCertificate load(Path certificate, Path key, Clock clock) throws ServerStartException {
        return new ServerCertificate(certificate, key, clock);
    }

    /** Always makes connections with the certificate that is current then. */
    SslContext context() {
        return context;
    }

    private ServerTls current() {
        return current;
    }

    /** When the one in use is over. */
    Instant notAfter() {
        return current.notAfter();
    }

    /** Like {@link #lookAgain}, for somebody who asked and is told what came of it. */
    synchronized void lookNow() {
        refused = List.of();
        if (look().equals(seen)) {
            log.info("the files of the certificate are as they were");
        } else {
            lookAgain();
        }
    }

    /** Takes the files again if they have changed. What was refused is tried again: it may only not have been valid yet. */
    synchronized void lookAgain() {
        List<Look> now = look();
        if (now.equals(seen)) {
            return;
        }
        try {
            current = TlsFiles.load(certificate, key, clock);
            seen = now;
            refused = List.of();
            log.info("new connections get the certificate that is good until {}", current.notAfter());
        } catch (ServerStartException unusable) {
            if (!now.equals(refused)) {
                refused = now;
                log.warn("the certificate before stays: {}", unusable.getMessage());
            }
        } catch (RuntimeException unforeseen) {
            log.warn("the certificate could not be looked at; the one before stays", unforeseen);
        }
    }

    private List<Look> look() {
        return List.of(Look.at(certificate), Look.at(key));
    }

    /** A file as it is from outside; one that can't be looked at is like no other. */
    private record Look(Object file, Instant modified, long size) {
        static Look at(Path path) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
                return new Look(
                        Objects.requireNonNullElse(attributes.fileKey(), ""),
                        attributes.lastModifiedTime().toInstant(),
                        attributes.size());
            } catch (IOException gone) {
                return new Look("", Instant.EPOCH, -1);
            }
        }
    }
}
