package dev.latchkey.cli;

import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.RetrievalIntent;
import dev.latchkey.client.RetrievedSecret;
import dev.latchkey.client.SecretSummary;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.Origin;
import dev.latchkey.protocol.SecretType;
import java.util.Optional;

/**
 * One change of what is stored, which a command makes once although its session may end in the middle and the work be done
 * once more in the next: there it is first looked what became of it, if an answer was lost.
 */
final class SecretChange {

    private SecretSummary before;
    private boolean unanswered;

    @FunctionalInterface
    private interface Request<T> {
        T ask() throws KeyClientException;
    }

    private <T> T noting(Request<T> request) throws KeyClientException {
        try {
            return request.ask();
        } catch (KeyClientException e) {
            unanswered |= e.mayHaveBeenDone();
            throw e;
        }
    }

    /** Stores a secret; one with this label that is the same to the byte is it, if an answer was lost. */
    KeyId store(KeySession session, Label label, SecretBytes secret, SecretType type, Origin origin)
            throws KeyClientException {
        try {
            return noting(() -> session.store(label, secret, type, origin));
        } catch (KeyClientException e) {
            if (e.reason() == Reason.LABEL_EXISTS && unanswered) {
                Optional<KeyId> there = find(session, label, secret);
                if (there.isPresent()) {
                    return there.get();
                }
            }
            throw e;
        }
    }

    /** Has the server make a secret; whether one that is there is it nobody can say. */
    KeyId generateAtServer(KeySession session, Label label, SecretType type, int bytes)
            throws KeyClientException, CommandFailure {
        try {
            return noting(() -> session.generateAtServer(label, type, bytes));
        } catch (KeyClientException e) {
            if (e.reason() == Reason.LABEL_EXISTS && unanswered) {
                throw new CommandFailure(
                        FailureCode.SESSION_ENDED,
                        "The session ended before the server said whether it made the secret.",
                        "There is a secret with this label now, which may be that one.",
                        "latchkey list shows when it was made, and latchkey audit in which session.");
            }
            throw e;
        }
    }

    /** Gives a secret another label. */
    SecretSummary rename(KeySession session, SecretReference reference, Label label) throws KeyClientException {
        SecretSummary expected = before(session, reference);
        if (unanswered) {
            SecretSummary now = session.find(expected.keyId());
            if (now.descriptor().label().equals(label)) {
                return now;
            }
        }
        return noting(() -> session.rename(expected, label));
    }

    /** Deletes a secret and gives what was said of it. */
    SecretSummary delete(KeySession session, SecretReference reference) throws KeyClientException {
        SecretSummary expected = before(session, reference);
        if (!unanswered || isThere(session, expected.keyId())) {
            noting(() -> {
                session.delete(expected);
                return expected;
            });
        }
        return expected;
    }

    /** Puts another secret in the place of one. */
    SecretSummary replace(KeySession session, SecretSummary expected, SecretBytes secret)
            throws KeyClientException, CommandFailure {
        if (unanswered) {
            SecretSummary now = session.find(expected.keyId());
            if (!now.version().equals(expected.version())) {
                requireSame(session, expected.keyId(), secret);
                return now;
            }
        }
        return noting(() -> session.replace(expected, secret, Origin.IMPORTED_KEY));
    }

    /** As it was when it was first looked at. */
    SecretSummary before() {
        return before;
    }

    private SecretSummary before(KeySession session, SecretReference reference) throws KeyClientException {
        if (before == null) {
            before = reference.find(session);
        }
        return before;
    }

    private static boolean isThere(KeySession session, KeyId keyId) throws KeyClientException {
        try {
            session.find(keyId);
            return true;
        } catch (KeyClientException e) {
            if (e.reason() == Reason.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    private static Optional<KeyId> find(KeySession session, Label label, SecretBytes secret) throws KeyClientException {
        try (RetrievedSecret there = session.retrieve(label, RetrievalIntent.LOCAL_USE)) {
            return there.secret().constantTimeEquals(secret) ? Optional.of(there.keyId()) : Optional.empty();
        }
    }

    private static void requireSame(KeySession session, KeyId keyId, SecretBytes secret)
            throws KeyClientException, CommandFailure {
        try (RetrievedSecret there = session.retrieve(keyId, RetrievalIntent.LOCAL_USE)) {
            if (!there.secret().constantTimeEquals(secret)) {
                throw new CommandFailure(
                        FailureCode.CONFLICT,
                        "The session ended before the server answered, and now something else is in this secret's place.",
                        "Whether yours was there in between is not known.",
                        "Look at what is there, then decide.");
            }
        }
    }
}
