package dev.latchkey.client.testserver;

import com.google.protobuf.ByteString;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditChain;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.AuditOutcome;
import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.AuditHead;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.KeyIdsAllocated;
import dev.latchkey.protocol.wire.ListSecrets;
import dev.latchkey.protocol.wire.ListedSecret;
import dev.latchkey.protocol.wire.NewSecret;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.RetrievalIntent;
import dev.latchkey.protocol.wire.RetrieveSecrets;
import dev.latchkey.protocol.wire.SecretSelector;
import dev.latchkey.protocol.wire.SecretsListed;
import dev.latchkey.protocol.wire.SecretsRetrieved;
import dev.latchkey.protocol.wire.SecretsStored;
import dev.latchkey.protocol.wire.StorageKeyRetrieved;
import dev.latchkey.protocol.wire.StoredSecret;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the server keeps of one owner, and what it does with it. Used under the service's lock. */
final class InMemoryAccount {

    final UserId userId;
    final byte[] record;
    final SecretBytes oprfSeed;
    final ByteString encryptedStorageKey;

    private final SecureRandom random;
    private final Set<ByteString> allocated = new HashSet<>();
    private final List<StoredSecret> secrets = new ArrayList<>();
    private long entries;
    private byte[] head;
    private long logins;

    InMemoryAccount(
            UserId userId, byte[] record, SecretBytes oprfSeed, ByteString encryptedStorageKey, SecureRandom random) {
        this.userId = userId;
        this.record = record;
        this.oprfSeed = oprfSeed;
        this.encryptedStorageKey = encryptedStorageKey;
        this.random = random;
        this.head = AuditChain.start(userId);
        log(AuditAction.ACCOUNT_REGISTERED);
    }

    /** Says inside the seal that an operation was not done. */
    static final class Refused extends Exception {

        private static final long serialVersionUID = 1L;

        final FailureCode code;

        Refused(FailureCode code) {
            super(code.name(), null, false, false);
            this.code = code;
        }
    }

    /** The time of the login before, which here is the number of logins so far. */
    long noteLogin() {
        log(AuditAction.SESSION_OPENED);
        return logins++;
    }

    AuditHead head() {
        return AuditHead.newBuilder()
                .setN(entries)
                .setHead(ByteString.copyFrom(head))
                .build();
    }

    Response carryOut(Request request, Steps steps) throws Refused {
        Response.Builder response = Response.newBuilder();
        return switch (request.getOperationCase()) {
            case RETRIEVE_STORAGE_KEY ->
                response.setStorageKeyRetrieved(StorageKeyRetrieved.newBuilder()
                                .setEncryptedStorageKey(steps.storageKey(encryptedStorageKey)))
                        .build();
            case ALLOCATE_KEY_IDS ->
                response.setKeyIdsAllocated(allocate(request.getAllocateKeyIds().getClientRandomList()))
                        .build();
            case STORE_SECRETS ->
                response.setSecretsStored(store(request.getStoreSecrets().getSecretsList()))
                        .build();
            case RETRIEVE_SECRETS ->
                response.setSecretsRetrieved(retrieve(request.getRetrieveSecrets(), steps))
                        .build();
            case LIST_SECRETS ->
                response.setSecretsListed(list(request.getListSecrets())).build();
            case COMPLETE_REGISTRATION, CLOSE_SESSION, OPERATION_NOT_SET ->
                throw new Refused(FailureCode.FAILURE_CODE_NOT_ALLOWED);
        };
    }

    private KeyIdsAllocated allocate(List<ByteString> clientRandoms) {
        KeyIdsAllocated.Builder answer = KeyIdsAllocated.newBuilder();
        for (ByteString clientRandom : clientRandoms) {
            byte[] serverRandom = new byte[KeyId.RANDOM_BYTES];
            random.nextBytes(serverRandom);
            KeyId keyId = KeyId.derive(userId, clientRandom.toByteArray(), serverRandom);
            allocated.add(ByteString.copyFrom(keyId.toByteArray()));
            answer.addServerRandom(ByteString.copyFrom(serverRandom));
        }
        return answer.build();
    }

    private SecretsStored store(List<NewSecret> added) throws Refused {
        for (NewSecret secret : added) {
            store(secret);
        }
        return SecretsStored.newBuilder().setAudit(head()).build();
    }

    private void store(NewSecret added) throws Refused {
        StoredSecret secret = StoredSecret.newBuilder()
                .setKeyId(added.getKeyId())
                .setLabelTag(added.getLabelTag())
                .setSealedDescriptor(added.getSealedDescriptor())
                .setSealedSecret(added.getSealedSecret())
                .build();
        if (secrets.contains(secret)) {
            return;
        }
        for (StoredSecret other : secrets) {
            if (other.getKeyId().equals(secret.getKeyId())) {
                throw new Refused(FailureCode.FAILURE_CODE_CONFLICT);
            }
            if (other.getLabelTag().equals(secret.getLabelTag())) {
                throw new Refused(FailureCode.FAILURE_CODE_LABEL_EXISTS);
            }
        }
        if (!allocated.remove(secret.getKeyId())) {
            throw new Refused(FailureCode.FAILURE_CODE_KEY_ID_UNKNOWN);
        }
        secrets.add(secret);
        log(AuditAction.SECRET_STORED);
    }

    private SecretsRetrieved retrieve(RetrieveSecrets request, Steps steps) throws Refused {
        SecretsRetrieved.Builder answer = SecretsRetrieved.newBuilder();
        for (SecretSelector selector : request.getSelectorsList()) {
            answer.addSecrets(steps.secret(find(selector), List.copyOf(secrets)));
        }
        log(
                request.getIntent() == RetrievalIntent.RETRIEVAL_INTENT_EXPORT
                        ? AuditAction.SECRET_RETRIEVED_EXPORT
                        : AuditAction.SECRET_RETRIEVED_LOCAL_USE);
        return answer.setAudit(head()).build();
    }

    private StoredSecret find(SecretSelector selector) throws Refused {
        return secrets.stream()
                .filter(secret -> selector.hasKeyId()
                        ? secret.getKeyId().equals(selector.getKeyId())
                        : secret.getLabelTag().equals(selector.getLabelTag()))
                .findFirst()
                .orElseThrow(() -> new Refused(FailureCode.FAILURE_CODE_NOT_FOUND));
    }

    private SecretsListed list(ListSecrets request) {
        int from = (int) Math.min(request.getAfter(), secrets.size());
        int to = Math.min(from + request.getLimit(), secrets.size());
        SecretsListed.Builder answer = SecretsListed.newBuilder().setAudit(head());
        for (StoredSecret secret : secrets.subList(from, to)) {
            answer.addSecrets(ListedSecret.newBuilder()
                    .setKeyId(secret.getKeyId())
                    .setLabelTag(secret.getLabelTag())
                    .setSealedDescriptor(secret.getSealedDescriptor())
                    .setSecretHash(ByteString.copyFrom(
                            Hashes.sha3_256(secret.getSealedSecret().toByteArray()))));
        }
        return answer.setNext(to < secrets.size() ? to : 0).build();
    }

    private void log(AuditAction action) {
        entries++;
        head = AuditChain.next(head, AuditEntry.of(entries, entries, action, AuditOutcome.DONE));
    }
}
