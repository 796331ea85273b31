package dev.latchkey.client;

import dev.latchkey.client.AuditIndex.Line;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.LoggedChannel.Answer;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Label;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A server's word that something is not there, which is a lie if it was there before the question and is there unchanged
 * after the answer.
 *
 * <p>Made before the question is sent.
 */
final class Absence implements AutoCloseable {

    private final LoggedChannel channel;
    private final VerifiedLog.Mark before;

    Absence(LoggedChannel channel) throws KeyClientException {
        this.channel = channel;
        channel.catchUp();
        this.before = channel.log().mark();
    }

    /** Demands of the log that at least one of these secrets may have been missing. */
    void requireOneOf(List<KeyId> keyIds) throws KeyClientException {
        long n = before.head().n();
        try (Answer now = channel.refresh()) {
            for (KeyId keyId : keyIds) {
                // No key id comes back once it is deleted: what is there at both ends was there in between.
                if (!isAt(keyId, n) || !isAt(keyId, now.n())) {
                    return;
                }
            }
        }
        throw denied();
    }

    /** Demands of the log that this may not have been the state of the secret. */
    void requireChanged(SecretSummary expected) throws KeyClientException {
        LoggedObject object = new LoggedObject(expected.version().object());
        KeyId keyId = expected.keyId();
        try (Answer now = channel.refresh()) {
            // No object comes back once it was another: what is there at both ends was there in between.
            if (object.equals(channel.log().at(keyId, before.head().n()))
                    && object.equals(channel.log().at(keyId, now.n()))) {
                throw new KeyClientException(
                        Reason.INTEGRITY,
                        "The server says that the secret is not in the state that was seen, but the account's log says "
                                + "that it is. Nothing was changed. Ask the server's operator.");
            }
        }
    }

    /**
     * Whether the log says that this was made of the secret all the same: by an attempt whose answer was lost, before
     * another device changed it once more.
     *
     * @param object null if it is not known
     */
    boolean wasDone(KeyId keyId, byte[] object) throws KeyClientException {
        channel.refresh().close();
        return channel.log().hadSince(keyId, object == null ? null : new LoggedObject(object), before);
    }

    private boolean isAt(KeyId keyId, long n) throws KeyClientException {
        return channel.log().at(keyId, n) != null;
    }

    /** Demands of the verified list of all secrets that none has had this label all the time. */
    void require(Label label, SecretReader reader) throws KeyClientException {
        Map<KeyId, LoggedObject> then = new HashMap<>();
        for (Line line : channel.log().livingAfter(0, before.head().n(), Integer.MAX_VALUE)) {
            then.put(line.keyId(), line.object());
        }
        OptionalLong next = OptionalLong.of(0);
        while (next.isPresent()) {
            SecretsPage page = reader.list(next.getAsLong(), KeySession.MAX_PAGE);
            for (SecretSummary summary : page.secrets()) {
                // The object covers the label's tag, and never comes back once it was another.
                if (summary.descriptor().label().equals(label)
                        && new LoggedObject(summary.version().object()).equals(then.get(summary.keyId()))) {
                    throw denied();
                }
            }
            next = page.next();
        }
    }

    @Override
    public void close() {
        before.close();
    }

    private static KeyClientException denied() {
        return new KeyClientException(
                Reason.INTEGRITY,
                "The server says that there is no such secret, but the account's log says that there is. Nothing was "
                        + "changed. Ask the server's operator.");
    }
}
