package dev.latchkey.client;

import com.google.protobuf.ByteString;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.LoggedChannel.Answer;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.Descriptor;
import dev.latchkey.protocol.DescriptorPlace;
import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.LabelTag;
import dev.latchkey.protocol.Origin;
import dev.latchkey.protocol.SecretEnvelope;
import dev.latchkey.protocol.StorageKey;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.AllocateKeyIds;
import dev.latchkey.protocol.wire.DeleteSecret;
import dev.latchkey.protocol.wire.GenerateSecret;
import dev.latchkey.protocol.wire.RenameSecret;
import dev.latchkey.protocol.wire.ReplaceSecret;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response.ResultCase;
import dev.latchkey.protocol.wire.StoreSecrets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Changes what is stored, and demands of the log that it then holds exactly that.
 *
 * <p>Everything is sealed once: what is sent again after an outage is the same to the byte. Borrows the session's channel and
 * storage key.
 */
final class SecretWriter {

    private final LoggedChannel channel;
    private final LockedStorageKey lockedStorageKey;
    private final UserId userId;
    private final SessionMemory memory;
    private final ClientSettings settings;

    SecretWriter(LoggedIn login, ClientSettings settings) {
        this.channel = login.logged();
        this.lockedStorageKey = login.storageKey();
        this.userId = login.facts().userId();
        this.memory = login.known().memory();
        this.settings = settings;
    }

    /** Stores all of them or none, and gives their new key ids in the same order. */
    List<KeyId> store(List<NewSecret> secrets) throws KeyClientException {
        List<KeyId> keyIds = allocate(secrets.size());
        StoreSecrets.Builder store = StoreSecrets.newBuilder();
        Map<KeyId, SecretVersion> versions = new HashMap<>();
        for (int i = 0; i < keyIds.size(); i++) {
            var sealed = seal(keyIds.get(i), secrets.get(i));
            store.addSecrets(sealed);
            versions.put(
                    keyIds.get(i),
                    SecretOpener.version(
                            sealed.getLabelTag(), sealed.getSealedDescriptor(), hash(sealed.getSealedSecret())));
        }
        create(Request.newBuilder().setStoreSecrets(store), ResultCase.SECRETS_STORED, versions);
        memory.remember();
        return keyIds;
    }

    /** Has the server draw a secret, and gives its new key id. */
    KeyId generateAtServer(Descriptor descriptor, int bytes) throws KeyClientException {
        KeyId keyId = allocate(1).get(0);
        GenerateSecret.Builder generate = GenerateSecret.newBuilder()
                .setKeyId(ByteString.copyFrom(keyId.toByteArray()))
                .setLength(bytes);
        try (StorageKey storageKey = lockedStorageKey.unlock()) {
            generate.setLabelTag(labelTag(storageKey, descriptor.label()))
                    .setSealedDescriptor(seal(storageKey, keyId, DescriptorPlace.firstOfGenerated(), descriptor));
        }
        // What the server drew is not known here, so neither is the version.
        create(
                Request.newBuilder().setGenerateSecret(generate),
                ResultCase.SECRET_GENERATED,
                Collections.singletonMap(keyId, null));
        memory.remember();
        return keyId;
    }

    /** Puts other bytes under the same label. */
    SecretSummary replace(SecretSummary expected, SecretBytes secret, Origin origin) throws KeyClientException {
        Descriptor was = expected.descriptor();
        if (was.origin() == Origin.SERVER_GENERATED) {
            throw new KeyClientException(
                    Reason.CONFLICT,
                    "The server generated this secret, and such a one is not replaced. Nothing was changed. Delete it, "
                            + "then store the new one.");
        }
        Descriptor descriptor = new Descriptor(origin, was.typeCode(), was.createdUnixMs(), was.label());
        KeyId keyId = expected.keyId();
        ReplaceSecret.Builder replace = ReplaceSecret.newBuilder()
                .setKeyId(ByteString.copyFrom(keyId.toByteArray()))
                .setExpectedObject(ByteString.copyFrom(expected.version().object()));
        SecretVersion version;
        try (StorageKey storageKey = lockedStorageKey.unlock()) {
            replace.setSealedSecret(seal(storageKey, keyId, origin, secret));
            DescriptorPlace place = DescriptorPlace.after(expected.version().object(), hash(replace.getSealedSecret()));
            replace.setSealedDescriptor(seal(storageKey, keyId, place, descriptor));
            version = SecretOpener.version(
                    labelTag(storageKey, was.label()), replace.getSealedDescriptor(), hash(replace.getSealedSecret()));
        }
        change(Request.newBuilder().setReplaceSecret(replace), ResultCase.SECRET_REPLACED, expected, version);
        memory.remember();
        return new SecretSummary(keyId, descriptor, expected.lastRetrieved(), version);
    }

    /** Puts the same bytes under another label. */
    SecretSummary rename(SecretSummary expected, Label label) throws KeyClientException {
        Descriptor was = expected.descriptor();
        Descriptor descriptor = new Descriptor(was.origin(), was.typeCode(), was.createdUnixMs(), label);
        KeyId keyId = expected.keyId();
        RenameSecret.Builder rename = RenameSecret.newBuilder()
                .setKeyId(ByteString.copyFrom(keyId.toByteArray()))
                .setExpectedObject(ByteString.copyFrom(expected.version().object()));
        try (StorageKey storageKey = lockedStorageKey.unlock()) {
            DescriptorPlace place = DescriptorPlace.after(
                    expected.version().object(), expected.version().secretHash());
            rename.setLabelTag(labelTag(storageKey, label))
                    .setSealedDescriptor(seal(storageKey, keyId, place, descriptor));
        }
        SecretVersion version = SecretOpener.version(
                rename.getLabelTag(),
                rename.getSealedDescriptor(),
                expected.version().secretHash());
        change(Request.newBuilder().setRenameSecret(rename), ResultCase.SECRET_RENAMED, expected, version);
        memory.remember();
        return new SecretSummary(keyId, descriptor, expected.lastRetrieved(), version);
    }

    void delete(SecretSummary expected) throws KeyClientException {
        DeleteSecret.Builder delete = DeleteSecret.newBuilder()
                .setKeyId(ByteString.copyFrom(expected.keyId().toByteArray()))
                .setExpectedObject(ByteString.copyFrom(expected.version().object()));
        change(Request.newBuilder().setDeleteSecret(delete), ResultCase.SECRET_DELETED, expected, null);
        memory.remember();
    }

    /**
     * Asks for a change of what was seen; that it is gone, or another now, is believed only if the log may say so.
     *
     * @param next what the log must have for it then; null if that is nothing
     */
    private void change(Request.Builder request, ResultCase done, SecretSummary expected, SecretVersion next)
            throws KeyClientException {
        KeyId keyId = expected.keyId();
        try (Absence absence = new Absence(channel)) {
            try (Answer answer = channel.ask(request, done)) {
                if (next == null) {
                    answer.require(keyId, false);
                } else {
                    answer.require(keyId, next.object());
                }
            } catch (KeyClientException e) {
                if (!isDone(e, absence, expected, next)) {
                    throw e;
                }
            }
        }
    }

    /** Whether what was refused had been done before, by an attempt whose answer was lost; holds it against the log. */
    private static boolean isDone(
            KeyClientException refused, Absence absence, SecretSummary expected, SecretVersion next)
            throws KeyClientException {
        try {
            boolean gone = refused.reason() == Reason.NOT_FOUND;
            if (!gone && refused.reason() != Reason.CONFLICT) {
                return false;
            }
            if (next != null && absence.wasDone(expected.keyId(), next.object())) {
                return true;
            }
            if (gone) {
                absence.requireOneOf(List.of(expected.keyId()));
            } else {
                absence.requireChanged(expected);
            }
            return false;
        } catch (KeyClientException e) {
            throw e.uncertain();
        }
    }

    /** Asks for what is to stand under new key ids, which only an attempt whose answer was lost can have used before. */
    private void create(Request.Builder request, ResultCase done, Map<KeyId, SecretVersion> created)
            throws KeyClientException {
        try (Absence absence = new Absence(channel)) {
            try (Answer answer = channel.ask(request, done)) {
                for (Map.Entry<KeyId, SecretVersion> one : created.entrySet()) {
                    if (one.getValue() == null) {
                        answer.require(one.getKey(), true);
                    } else {
                        answer.require(one.getKey(), one.getValue().object());
                    }
                }
            } catch (KeyClientException e) {
                if (e.reason() != Reason.CONFLICT || !areDone(absence, created)) {
                    throw e;
                }
            }
        }
    }

    private static boolean areDone(Absence absence, Map<KeyId, SecretVersion> created) throws KeyClientException {
        try {
            for (Map.Entry<KeyId, SecretVersion> one : created.entrySet()) {
                SecretVersion version = one.getValue();
                if (!absence.wasDone(one.getKey(), version == null ? null : version.object())) {
                    return false;
                }
            }
            return true;
        } catch (KeyClientException e) {
            throw e.uncertain();
        }
    }

    private List<KeyId> allocate(int count) throws KeyClientException {
        AllocateKeyIds.Builder allocate = AllocateKeyIds.newBuilder();
        for (int i = 0; i < count; i++) {
            byte[] clientRandom = new byte[KeyId.RANDOM_BYTES];
            settings.random().nextBytes(clientRandom);
            allocate.addClientRandom(ByteString.copyFrom(clientRandom));
        }
        Request request = Request.newBuilder().setAllocateKeyIds(allocate).build();
        List<ByteString> serverRandom = channel.askUnlogged(request, ResultCase.KEY_IDS_ALLOCATED)
                .getKeyIdsAllocated()
                .getServerRandomList();
        if (serverRandom.size() != count) {
            throw Answers.unexpected();
        }
        List<KeyId> keyIds = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            keyIds.add(KeyId.derive(
                    userId,
                    allocate.getClientRandom(i).toByteArray(),
                    serverRandom.get(i).toByteArray()));
        }
        return keyIds;
    }

    private dev.latchkey.protocol.wire.NewSecret seal(KeyId keyId, NewSecret secret) throws KeyClientException {
        Descriptor descriptor = secret.descriptor();
        try (StorageKey storageKey = lockedStorageKey.unlock()) {
            ByteString sealedSecret = seal(storageKey, keyId, descriptor.origin(), secret.secret());
            DescriptorPlace place = DescriptorPlace.first(hash(sealedSecret));
            return dev.latchkey.protocol.wire.NewSecret.newBuilder()
                    .setKeyId(ByteString.copyFrom(keyId.toByteArray()))
                    .setLabelTag(labelTag(storageKey, descriptor.label()))
                    .setSealedDescriptor(seal(storageKey, keyId, place, descriptor))
                    .setSealedSecret(sealedSecret)
                    .build();
        }
    }

    private ByteString seal(StorageKey storageKey, KeyId keyId, DescriptorPlace place, Descriptor descriptor) {
        return ByteString.copyFrom(
                SecretEnvelope.sealDescriptor(storageKey, userId, keyId, place, descriptor, settings.random()));
    }

    private ByteString seal(StorageKey storageKey, KeyId keyId, Origin origin, SecretBytes secret) {
        return ByteString.copyFrom(
                SecretEnvelope.sealSecret(storageKey, userId, keyId, origin, secret, settings.random()));
    }

    private static ByteString labelTag(StorageKey storageKey, Label label) {
        return ByteString.copyFrom(LabelTag.of(storageKey, label));
    }

    private static byte[] hash(ByteString sealedSecret) {
        return Hashes.sha3_256(sealedSecret.toByteArray());
    }
}
