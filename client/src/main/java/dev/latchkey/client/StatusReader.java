package dev.latchkey.client;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.PinnedTrust.AuthorityChangedException;
import dev.latchkey.protocol.MalformedException;
import dev.latchkey.protocol.WireRules;
import dev.latchkey.protocol.wire.Refusal;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * Turns the status of a call that failed into what a person is told.
 *
 * <p>Of the status only the code, the typed refusal and the kinds of the local causes are looked at: its description is the
 * server's text.
 */
final class StatusReader {

    static final Metadata.Key<byte[]> REFUSAL =
            Metadata.Key.of("latchkey-refusal-bin", Metadata.BINARY_BYTE_MARSHALLER);

    /** A server that asks for more patience than this is not believed. */
    static final Duration MAX_RETRY_AFTER = Duration.ofDays(30);

    private StatusReader() {}

    /**
     * Whether the server or the way to it was lost. Of a connection that is found closed only when a request is written the
     * transport says UNKNOWN; its cause tells it from what a server said, which has none.
     */
    static boolean isUnavailable(StatusRuntimeException e) {
        return switch (e.getStatus().getCode()) {
            case UNAVAILABLE -> true;
            case UNKNOWN -> caused(e, ClosedChannelException.class).isPresent();
            default -> false;
        };
    }

    static KeyClientException read(StatusRuntimeException e, ServerAddress server) {
        if (isUnavailable(e)) {
            return unavailable(e, server);
        }
        return switch (e.getStatus().getCode()) {
            case DEADLINE_EXCEEDED ->
                new KeyClientException(
                        Reason.UNREACHABLE,
                        "The key server at " + server + " did not answer in time. What it acknowledged before is kept; "
                                + "whether this request was carried out is not known. Try again.");
            case CANCELLED ->
                caused(e, MalformedException.class).isPresent()
                        ? unreadable()
                        : new KeyClientException(
                                Reason.UNREACHABLE,
                                "The request was broken off before the key server at " + server
                                        + " answered; whether it was carried out is not known. Try again.");
            case UNAUTHENTICATED ->
                new KeyClientException(
                        Reason.SESSION_ENDED,
                        "The session has ended: it expired, was used up or was closed. What the server acknowledged is "
                                + "kept. Log in again to go on.");
            case RESOURCE_EXHAUSTED -> refusal(e.getTrailers());
            default ->
                caused(e, MalformedException.class).isPresent()
                        ? unreadable()
                        : new KeyClientException(
                                Reason.REFUSED,
                                "The key server at " + server + " does not do what was asked ("
                                        + e.getStatus().getCode()
                                        + "). What it acknowledged before is kept. Is this client as new as the server?");
        };
    }

    private static KeyClientException unavailable(StatusRuntimeException e, ServerAddress server) {
        Optional<AuthorityChangedException> changed = caused(e, AuthorityChangedException.class);
        if (changed.isPresent()) {
            return PinnedAuthority.changed(changed.get());
        }
        Optional<CertificateException> certificate = caused(e, CertificateException.class);
        if (certificate.isPresent()) {
            return untrusted(e, certificate.get(), server);
        }
        if (caused(e, SSLException.class).isPresent()) {
            return new KeyClientException(
                    Reason.UNREACHABLE,
                    "What answers at " + server + " does not speak TLS 1.3, so it is no key server that this client "
                            + "talks to. Nothing was sent. Check the address and the port.");
        }
        return new KeyClientException(
                Reason.UNREACHABLE,
                "The key server at " + server + " can't be reached or is out of order. What it acknowledged before is "
                        + "kept. Check the address and your connection, then try again.");
    }

    private static KeyClientException untrusted(
            StatusRuntimeException e, CertificateException certificate, ServerAddress server) {
        String what;
        if (caused(e, CertificateExpiredException.class).isPresent()) {
            what = "has expired. Ask its operator to renew it, or check this device's clock.";
        } else if (caused(e, CertificateNotYetValidException.class).isPresent()) {
            what = "is not valid yet. Check this device's clock.";
        } else if (certificate.getClass() == CertificateException.class) {
            // The platform's check of the host name has no exception of its own.
            what = "was not issued for this name. Check the address; somebody may be posing as the server.";
        } else {
            what = "is not vouched for by anybody you trust. Check the address, and which authority's certificate "
                    + "you have been given; somebody may be posing as the server.";
        }
        return new KeyClientException(
                Reason.UNTRUSTED_SERVER,
                "The certificate of the server at " + server + " " + what + " Nothing was sent to it.");
    }

    private static KeyClientException refusal(Metadata trailers) {
        byte[] bytes = trailers == null ? null : trailers.get(REFUSAL);
        if (bytes == null) {
            // Of the library's own making: the answer was larger than an answer may be.
            return unreadable();
        }
        try {
            Refusal refusal = WireRules.parse(Refusal.getDefaultInstance(), bytes);
            Duration wait = Duration.ofMillis(refusal.getRetryAfterMs());
            if (wait.isNegative() || wait.compareTo(MAX_RETRY_AFTER) > 0) {
                return unreadable();
            }
            return refusal.getReason() == Refusal.Reason.REASON_GUESS_BUDGET
                    ? new KeyClientException(
                            Reason.LOCKED_OUT,
                            "There were too many logins with a wrong password. Nothing is lost. The next one is "
                                    + "possible in " + Waiting.inWords(wait) + ".",
                            wait)
                    : new KeyClientException(
                            Reason.THROTTLED,
                            "The server has more work than it takes on. Nothing was changed. Try again in "
                                    + Waiting.inWords(wait) + ".",
                            wait);
        } catch (MalformedException e) {
            return unreadable();
        }
    }

    private static KeyClientException unreadable() {
        return new KeyClientException(
                Reason.INTEGRITY,
                "The server sent an answer that is too large or has not the form it must have, so it was not used.");
    }

    private static <T extends Throwable> Optional<T> caused(Throwable e, Class<T> kind) {
        int depth = 0;
        for (Throwable t = e; t != null && depth < 32; t = t.getCause(), depth++) {
            if (kind.isInstance(t)) {
                return Optional.of(kind.cast(t));
            }
        }
        return Optional.empty();
    }
}
