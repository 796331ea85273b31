package dev.latchkey.cli;

import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.RetrievalIntent;
import dev.latchkey.client.RetrievedSecret;
import dev.latchkey.client.SecretSummary;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Label;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which secret a person means: a label, or else a key id. A secret whose label looks like a key id goes before the secret
 * of that id.
 */
final class SecretReference {

    private static final Pattern KEY_ID = Pattern.compile("[0-9a-fA-F]{32}");

    private final Label label;
    private final KeyId keyId;

    private SecretReference(Label label, KeyId keyId) {
        this.label = label;
        this.keyId = keyId;
    }

    static SecretReference of(String text) throws CommandFailure {
        KeyId keyId = KEY_ID.matcher(text).matches() ? KeyId.of(HexFormat.of().parseHex(text)) : null;
        return new SecretReference(Inputs.label(text), keyId);
    }

    /** Looks it up without fetching it, which the account's log does not keep. */
    SecretSummary find(KeySession session) throws KeyClientException {
        if (keyId == null) {
            return session.find(label);
        }
        Optional<SecretSummary> labelled = labelled(session);
        return labelled.isPresent() ? labelled.get() : session.find(keyId);
    }

    /** Brings it back; the caller closes it. */
    RetrievedSecret retrieve(KeySession session, RetrievalIntent intent) throws KeyClientException {
        if (keyId == null || labelled(session).isPresent()) {
            return session.retrieve(label, intent);
        }
        return session.retrieve(keyId, intent);
    }

    /** The id of what may have been deleted since, and whose label is then known to nobody any more. */
    KeyId findId(KeySession session) throws KeyClientException {
        return keyId == null
                ? session.find(label).keyId()
                : labelled(session).map(SecretSummary::keyId).orElse(keyId);
    }

    private Optional<SecretSummary> labelled(KeySession session) throws KeyClientException {
        try {
            return Optional.of(session.find(label));
        } catch (KeyClientException e) {
            if (e.reason() == Reason.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
