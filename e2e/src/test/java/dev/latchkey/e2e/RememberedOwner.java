package dev.latchkey.e2e;

import com.google.protobuf.ByteString;
import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.protocol.IntegrityException;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.LabelTag;
import dev.latchkey.protocol.StorageKey;
import dev.latchkey.protocol.StorageKeyEnvelope;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.AllocateKeyIds;
import dev.latchkey.protocol.wire.AuditHead;
import dev.latchkey.protocol.wire.ListSecrets;
import dev.latchkey.protocol.wire.ListedSecret;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.RetrieveStorageKey;
import dev.latchkey.protocol.wire.StoredSecret;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One owner who remembers everything a server acknowledged to them, and what it may or may not have done when it went
 * silent. Used by one thread at a time.
 */
final class RememberedOwner {
    private static final String PASSWORD = "correct horse battery staple";
    private static final int MOST_SECRETS = 500;

    private final String name;
    private final UserId user;
    private final List<RememberedSecret> stored = new ArrayList<>();
    private final List<AuditHead> heads = new ArrayList<>();
    private boolean registered;
    private StorageKey storageKey;
    private byte[] encryptedStorageKey = {};
    private Optional<RememberedSecret> inDoubt = Optional.empty();
    private List<ListedSecret> listed = List.of();
    private int hadHappened;

    RememberedOwner(String name, UserId user) {
        this.name = name;
        this.user = user;
    }

    /** Whether something was asked for that the server never answered. */
    boolean isInDoubt() {
        return !registered || inDoubt.isPresent();
    }

    /** How often something in doubt turned out to have been done. */
    int hadHappened() {
        return hadHappened;
    }

    /** Makes the account. Whatever is thrown on the way, it may have come to be. */
    void register(RawClient client) throws OpaqueException {
        RawSession session = client.startRegistration(name, user, PASSWORD);
        storageKey = StorageKey.generate(client.random());
        encryptedStorageKey = StorageKeyEnvelope.seal(session.exportKey(), user, storageKey, client.random());
        Response response = session.call(RawSession.completion(user.toByteArray(), encryptedStorageKey));
        require(response.hasRegistrationCompleted(), "the registration was refused", response);
        registered = true;
        heads.add(response.getRegistrationCompleted().getAudit());
    }

    RawSession logIn(RawClient client) throws OpaqueException {
        RawSession session = client.logIn(name, PASSWORD);
        heads.add(session.opened().getAudit());
        return session;
    }

    /** Stores one more secret. Whatever is thrown on the way, it may have been stored. */
    void store(RawClient client, RawSession session) {
        byte[] clientRandom = new byte[KeyId.RANDOM_BYTES];
        client.random().nextBytes(clientRandom);
        Response allocated = session.call(Request.newBuilder()
                .setAllocateKeyIds(AllocateKeyIds.newBuilder().addClientRandom(RawClient.bytes(clientRandom)))
                .build());
        require(allocated.hasKeyIdsAllocated(), "no key id was allocated", allocated);
        KeyId keyId = KeyId.derive(
                user,
                clientRandom,
                allocated.getKeyIdsAllocated().getServerRandom(0).toByteArray());
        RememberedSecret secret =
                RememberedSecret.seal(storageKey, user, keyId, "secret " + stored.size(), client.random());
        inDoubt = Optional.of(secret);
        acknowledge(secret, session);
    }

    /** Looks for everything acknowledged, clears up what was in doubt, and tells what is wrong. */
    List<String> check(RawClient client) {
        List<String> wrong = new ArrayList<>();
        try {
            RawSession session = registered ? logIn(client) : findOut(client);
            checkStorageKey(session, wrong);
            for (RememberedSecret secret : stored) {
                if (find(secret, session).isEmpty()) {
                    wrong.add("a secret is missing");
                }
            }
            checkSecretInDoubt(session, wrong);
            checkList(session, wrong);
        } catch (OpaqueException refused) {
            wrong.add("the password does not open the account: " + refused.reason());
        } catch (AssertionError broken) {
            wrong.add(broken.getMessage());
        }
        return wrong.stream().map(complaint -> name + ": " + complaint).toList();
    }

    /** Compares the account's log, as it stands in the database, with what was acknowledged and listed. */
    List<String> compare(AuditLogs logs) {
        List<String> wrong = new ArrayList<>();
        for (AuditHead head : heads) {
            if (!Arrays.equals(logs.headAfter(user, head.getN()), head.getHead().toByteArray())) {
                wrong.add(name + ": the log does not extend what was acknowledged after entry " + head.getN());
            }
        }
        List<ByteString> objects = listed.stream()
                .map(RememberedSecret::object)
                .map(RawClient::bytes)
                .toList();
        if (!objects.equals(
                logs.objectsStored(user).stream().map(RawClient::bytes).toList())) {
            wrong.add(name + ": the log names other secrets than the list");
        }
        return wrong;
    }

    /** A registration in doubt either happened, with this password, or its name and user id are free now. */
    private RawSession findOut(RawClient client) throws OpaqueException {
        RawSession session;
        try {
            session = logIn(client);
        } catch (OpaqueException noSuchAccount) {
            register(client);
            return logIn(client);
        }
        require(encryptedStorageKey.length > 0, "there is an account whose registration was not completed", null);
        registered = true;
        hadHappened++;
        return session;
    }

    private void checkStorageKey(RawSession session, List<String> wrong) {
        if (!session.user().equals(user)) {
            wrong.add("the name leads to another account");
            return;
        }
        byte[] retrieved = session.call(Request.newBuilder()
                        .setRetrieveStorageKey(RetrieveStorageKey.getDefaultInstance())
                        .build())
                .getStorageKeyRetrieved()
                .getEncryptedStorageKey()
                .toByteArray();
        try (StorageKey opened = StorageKeyEnvelope.open(session.exportKey(), user, retrieved)) {
            // A storage key shows nothing of itself but what it makes of a label.
            if (!Arrays.equals(retrieved, encryptedStorageKey) || !Arrays.equals(proof(opened), proof(storageKey))) {
                wrong.add("the storage key is another one");
            }
        } catch (IntegrityException doesNotOpen) {
            wrong.add("the storage key does not open: " + doesNotOpen.reason());
        }
    }

    private void checkSecretInDoubt(RawSession session, List<String> wrong) {
        if (inDoubt.isPresent()) {
            RememberedSecret secret = inDoubt.get();
            // There as it was sent, or not there at all; then the same bytes are taken, as for the first time.
            if (find(secret, session).isPresent()) {
                hadHappened++;
            }
            acknowledge(secret, session);
            if (find(secret, session).isEmpty()) {
                wrong.add("a retried secret is missing");
            }
        }
    }

    private Optional<StoredSecret> find(RememberedSecret secret, RawSession session) {
        Response response = session.call(secret.retrieving());
        if (!response.hasSecretsRetrieved()) {
            return Optional.empty();
        }
        heads.add(response.getSecretsRetrieved().getAudit());
        StoredSecret found = response.getSecretsRetrieved().getSecrets(0);
        require(secret.isWhatCameBack(storageKey, user, found), "a secret came back as something else", null);
        return Optional.of(found);
    }

    private void acknowledge(RememberedSecret secret, RawSession session) {
        Response response = session.call(secret.storing());
        require(response.hasSecretsStored(), "a secret was refused", response);
        heads.add(response.getSecretsStored().getAudit());
        stored.add(secret);
        inDoubt = Optional.empty();
    }

    private void checkList(RawSession session, List<String> wrong) {
        listed = session.call(Request.newBuilder()
                        .setListSecrets(ListSecrets.newBuilder().setLimit(MOST_SECRETS))
                        .build())
                .getSecretsListed()
                .getSecretsList();
        List<ByteString> labelTags =
                listed.stream().map(ListedSecret::getLabelTag).toList();
        if (!labelTags.equals(stored.stream().map(RememberedSecret::labelTag).toList())) {
            wrong.add("the list is not what was stored, in the order it was stored in");
        }
    }

    private static byte[] proof(StorageKey storageKey) {
        return LabelTag.of(storageKey, RememberedSecret.label("proof"));
    }

    private static void require(boolean condition, String otherwise, Response response) {
        if (!condition) {
            throw new AssertionError(
                    response == null
                            ? otherwise
                            : otherwise + ": " + response.getFailure().getCode());
        }
    }
}
