package dev.latchkey.client;

import com.google.protobuf.ByteString;
import dev.latchkey.client.AuditIndex.Line;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.LoggedChannel.Answer;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.LabelTag;
import dev.latchkey.protocol.StorageKey;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.ListSecrets;
import dev.latchkey.protocol.wire.ListedSecret;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response.ResultCase;
import dev.latchkey.protocol.wire.RetrieveSecrets;
import dev.latchkey.protocol.wire.SecretSelector;
import dev.latchkey.protocol.wire.SecretsListed;
import dev.latchkey.protocol.wire.StoredSecret;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;

/**
 * Brings back secrets and what is said of them, and believes only what the log has, in exactly the log's version.
 *
 * <p>Borrows the session's channel and storage key.
 */
final class SecretReader {

    /** The most that one request selects. */
    static final int MAX_SELECTED = 64;

    private final LoggedChannel channel;
    private final LockedStorageKey lockedStorageKey;
    private final UserId userId;

    SecretReader(LoggedIn login) {
        this.channel = login.logged();
        this.lockedStorageKey = login.storageKey();
        this.userId = login.facts().userId();
    }

    RetrievedSecret retrieve(Label label, RetrievalIntent intent) throws KeyClientException {
        try (Absence absence = new Absence(channel)) {
            Request.Builder request = retrieval(List.of(selector(label)), intent);
            try (Answer answer = channel.ask(request, ResultCase.SECRETS_RETRIEVED);
                    StorageKey storageKey = lockedStorageKey.unlock()) {
                StoredSecret stored =
                        only(answer.response().getSecretsRetrieved().getSecretsList());
                answer.requireRetrieved(KeyId.of(stored.getKeyId().toByteArray()));
                return new SecretOpener(storageKey, userId, answer).open(stored, label);
            } catch (KeyClientException e) {
                if (e.reason() == Reason.NOT_FOUND) {
                    absence.require(label, this);
                }
                throw e;
            }
        }
    }

    /** The secrets of these key ids, all or none; the caller closes each. */
    List<RetrievedSecret> retrieve(List<KeyId> keyIds, RetrievalIntent intent) throws KeyClientException {
        List<RetrievedSecret> retrieved = new ArrayList<>(keyIds.size());
        try {
            retrieve(keyIds, intent, retrieved);
            return List.copyOf(retrieved);
        } catch (KeyClientException | RuntimeException e) {
            retrieved.forEach(RetrievedSecret::close);
            throw e;
        }
    }

    private void retrieve(List<KeyId> keyIds, RetrievalIntent intent, List<RetrievedSecret> retrieved)
            throws KeyClientException {
        try {
            retrieveAtOnce(keyIds, intent, retrieved);
        } catch (KeyClientException e) {
            if (e.reason() != Reason.LIMIT_REACHED || keyIds.size() == 1) {
                throw e;
            }
            int half = keyIds.size() / 2;
            retrieve(keyIds.subList(0, half), intent, retrieved);
            retrieve(keyIds.subList(half, keyIds.size()), intent, retrieved);
        }
    }

    private void retrieveAtOnce(List<KeyId> keyIds, RetrievalIntent intent, List<RetrievedSecret> retrieved)
            throws KeyClientException {
        try (Absence absence = new Absence(channel)) {
            Request.Builder request = retrieval(selectors(keyIds), intent);
            try (Answer answer = channel.ask(request, ResultCase.SECRETS_RETRIEVED);
                    StorageKey storageKey = lockedStorageKey.unlock()) {
                SecretOpener opener = new SecretOpener(storageKey, userId, answer);
                List<StoredSecret> stored =
                        answer.response().getSecretsRetrieved().getSecretsList();
                if (stored.size() != keyIds.size()) {
                    throw Answers.unexpected();
                }
                for (int i = 0; i < keyIds.size(); i++) {
                    answer.requireRetrieved(keyIds.get(i));
                    retrieved.add(opener.open(stored.get(i), keyIds.get(i)));
                }
            } catch (KeyClientException e) {
                if (e.reason() == Reason.NOT_FOUND) {
                    absence.requireOneOf(keyIds);
                }
                throw e;
            }
        }
    }

    SecretSummary find(Label label) throws KeyClientException {
        try (Absence absence = new Absence(channel)) {
            try (Answer answer = channel.ask(selection(List.of(selector(label))), ResultCase.SECRETS_LISTED)) {
                SecretSummary found = only(open(answer));
                if (!found.descriptor().label().equals(label)) {
                    throw SecretOpener.disagreement(null);
                }
                return found;
            } catch (KeyClientException e) {
                if (e.reason() == Reason.NOT_FOUND) {
                    absence.require(label, this);
                }
                throw e;
            }
        }
    }

    /** What is said of these secrets, at most {@value #MAX_SELECTED}, all or none. */
    List<SecretSummary> find(List<KeyId> keyIds) throws KeyClientException {
        try (Absence absence = new Absence(channel)) {
            try (Answer answer = channel.ask(selection(selectors(keyIds)), ResultCase.SECRETS_LISTED)) {
                List<SecretSummary> found = open(answer);
                if (!found.stream().map(SecretSummary::keyId).toList().equals(keyIds)) {
                    throw SecretOpener.disagreement(null);
                }
                return found;
            } catch (KeyClientException e) {
                if (e.reason() == Reason.NOT_FOUND) {
                    absence.requireOneOf(keyIds);
                }
                throw e;
            }
        }
    }

    /** What is said of those of these secrets that exist now, in their order. */
    List<SecretSummary> findExisting(Collection<KeyId> keyIds) throws KeyClientException {
        List<KeyId> left = List.copyOf(new LinkedHashSet<>(keyIds));
        List<SecretSummary> found = new ArrayList<>(left.size());
        while (!left.isEmpty()) {
            List<KeyId> there = there(left);
            if (there.isEmpty()) {
                break;
            }
            try {
                found.addAll(find(there));
            } catch (KeyClientException e) {
                if (e.reason() != Reason.NOT_FOUND) {
                    throw e;
                }
                // One of them was deleted a moment ago, as the log shows; the others are asked for again.
                continue;
            }
            left = left.subList(left.indexOf(there.get(there.size() - 1)) + 1, left.size());
        }
        return found;
    }

    /** The first of these that the log has now, as many as can be asked for at once. */
    private List<KeyId> there(List<KeyId> keyIds) throws KeyClientException {
        List<KeyId> there = new ArrayList<>();
        try (Answer now = channel.refresh()) {
            for (KeyId keyId : keyIds) {
                if (there.size() < MAX_SELECTED && now.has(keyId)) {
                    there.add(keyId);
                }
            }
        }
        return there;
    }

    SecretsPage list(long after, int limit) throws KeyClientException {
        Request.Builder request = Request.newBuilder()
                .setListSecrets(ListSecrets.newBuilder().setAfter(after).setLimit(limit));
        try (Answer answer = channel.ask(request, ResultCase.SECRETS_LISTED)) {
            SecretsListed listed = answer.response().getSecretsListed();
            // One more than asked for tells whether there is a next page.
            List<Line> lines = answer.livingAfter(after, limit + 1);
            List<Line> page = lines.subList(0, Math.min(limit, lines.size()));
            long next = lines.size() > limit ? page.get(limit - 1).created() : 0;
            List<KeyId> keyIds = listed.getSecretsList().stream()
                    .map(line -> KeyId.of(line.getKeyId().toByteArray()))
                    .toList();
            if (listed.getNext() != next
                    || !keyIds.equals(page.stream().map(Line::keyId).toList())) {
                throw unlogged();
            }
            return new SecretsPage(
                    open(answer), next == 0 ? OptionalLong.empty() : OptionalLong.of(next), answer.head());
        } catch (KeyClientException e) {
            // Nothing was selected, so there is nothing that could be missing.
            throw e.reason() == Reason.NOT_FOUND ? Answers.unexpected() : e;
        }
    }

    private List<SecretSummary> open(Answer answer) throws KeyClientException {
        List<ListedSecret> listed = answer.response().getSecretsListed().getSecretsList();
        List<SecretSummary> summaries = new ArrayList<>(listed.size());
        try (StorageKey storageKey = lockedStorageKey.unlock()) {
            SecretOpener opener = new SecretOpener(storageKey, userId, answer);
            for (ListedSecret line : listed) {
                summaries.add(opener.open(line));
            }
        }
        return summaries;
    }

    private static Request.Builder retrieval(List<SecretSelector> selectors, RetrievalIntent intent) {
        return Request.newBuilder()
                .setRetrieveSecrets(
                        RetrieveSecrets.newBuilder().addAllSelectors(selectors).setIntent(intent.onWire()));
    }

    private static Request.Builder selection(List<SecretSelector> selectors) {
        // The limit says nothing beside a selection, but has to be one.
        return Request.newBuilder()
                .setListSecrets(ListSecrets.newBuilder().addAllOnly(selectors).setLimit(MAX_SELECTED));
    }

    private static List<SecretSelector> selectors(List<KeyId> keyIds) {
        return keyIds.stream()
                .map(keyId -> SecretSelector.newBuilder()
                        .setKeyId(ByteString.copyFrom(keyId.toByteArray()))
                        .build())
                .toList();
    }

    private SecretSelector selector(Label label) throws KeyClientException {
        try (StorageKey storageKey = lockedStorageKey.unlock()) {
            return SecretSelector.newBuilder()
                    .setLabelTag(ByteString.copyFrom(LabelTag.of(storageKey, label)))
                    .build();
        }
    }

    private static <T> T only(List<T> list) throws KeyClientException {
        if (list.size() != 1) {
            throw Answers.unexpected();
        }
        return list.get(0);
    }

    private static KeyClientException unlogged() {
        return new KeyClientException(
                Reason.INTEGRITY,
                "The server's list of secrets is not what the account's log has: something was left out, added or put in "
                        + "another place. It was not used. Ask the server's operator.");
    }
}
