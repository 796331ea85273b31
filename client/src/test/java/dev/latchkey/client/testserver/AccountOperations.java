package dev.latchkey.client.testserver;

import com.google.protobuf.ByteString;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.wire.AuditHead;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.KeyIdsAllocated;
import dev.latchkey.protocol.wire.ListSecrets;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.RetrievalIntent;
import dev.latchkey.protocol.wire.RetrieveSecrets;
import dev.latchkey.protocol.wire.SecretDeleted;
import dev.latchkey.protocol.wire.SecretGenerated;
import dev.latchkey.protocol.wire.SecretRenamed;
import dev.latchkey.protocol.wire.SecretReplaced;
import dev.latchkey.protocol.wire.SecretSelector;
import dev.latchkey.protocol.wire.SecretsListed;
import dev.latchkey.protocol.wire.SecretsRetrieved;
import dev.latchkey.protocol.wire.SecretsStored;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.protocol.wire.StorageKeyRetrieved;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/** One request of an open session, carried out on the session's account. */
final class AccountOperations {

    /** What fits into one message beside everything else. */
    private static final int MAX_SECRET_BYTES = (1 << 20) - (1 << 16);

    private final InMemoryAccount account;
    private final Session session;
    private final Steps steps;
    private final SecureRandom random;

    AccountOperations(InMemoryAccount account, Session session, Steps steps, SecureRandom random) {
        this.account = account;
        this.session = session;
        this.steps = steps;
        this.random = random;
    }

    Response carryOut(Request request) throws Refused {
        return switch (request.getOperationCase()) {
            case RETRIEVE_STORAGE_KEY ->
                Response.newBuilder()
                        .setStorageKeyRetrieved(StorageKeyRetrieved.newBuilder()
                                .setEncryptedStorageKey(steps.storageKey(account.encryptedStorageKey()))
                                .setAudit(head(request)))
                        .build();
            case READ_AUDIT_LOG ->
                Response.newBuilder()
                        .setAuditLogRead(account.log().read(request.getReadAuditLog(), request.getKnownAuditN()))
                        .build();
            default -> {
                if (session.kind != SessionKind.SESSION_KIND_REQUEST) {
                    throw new Refused(FailureCode.FAILURE_CODE_NOT_ALLOWED);
                }
                yield onSecrets(request);
            }
        };
    }

    private Response onSecrets(Request request) throws Refused {
        Response.Builder response = Response.newBuilder();
        SecretOperations secrets = new SecretOperations(account, session.id, random);
        switch (request.getOperationCase()) {
            case ALLOCATE_KEY_IDS ->
                response.setKeyIdsAllocated(allocate(request.getAllocateKeyIds().getClientRandomList()));
            case STORE_SECRETS -> {
                secrets.store(request.getStoreSecrets().getSecretsList());
                response.setSecretsStored(SecretsStored.newBuilder().setAudit(head(request)));
            }
            case RETRIEVE_SECRETS -> response.setSecretsRetrieved(retrieve(request));
            case LIST_SECRETS -> response.setSecretsListed(list(request));
            case REPLACE_SECRET -> {
                secrets.replace(request.getReplaceSecret());
                response.setSecretReplaced(SecretReplaced.newBuilder().setAudit(head(request)));
            }
            case RENAME_SECRET -> {
                secrets.rename(request.getRenameSecret());
                response.setSecretRenamed(SecretRenamed.newBuilder().setAudit(head(request)));
            }
            case DELETE_SECRET -> {
                secrets.delete(request.getDeleteSecret());
                response.setSecretDeleted(SecretDeleted.newBuilder().setAudit(head(request)));
            }
            case GENERATE_SECRET -> {
                secrets.generate(request.getGenerateSecret());
                response.setSecretGenerated(SecretGenerated.newBuilder().setAudit(head(request)));
            }
            default -> throw new Refused(FailureCode.FAILURE_CODE_NOT_ALLOWED);
        }
        return response.build();
    }

    private KeyIdsAllocated allocate(List<ByteString> clientRandoms) {
        KeyIdsAllocated.Builder answer = KeyIdsAllocated.newBuilder();
        for (ByteString clientRandom : clientRandoms) {
            byte[] serverRandom = new byte[KeyId.RANDOM_BYTES];
            random.nextBytes(serverRandom);
            KeyId keyId = KeyId.derive(account.userId, clientRandom.toByteArray(), serverRandom);
            account.allocated.add(ByteString.copyFrom(keyId.toByteArray()));
            answer.addServerRandom(ByteString.copyFrom(serverRandom));
        }
        return answer.build();
    }

    private SecretsRetrieved retrieve(Request request) throws Refused {
        RetrieveSecrets asked = request.getRetrieveSecrets();
        AuditAction action = asked.getIntent() == RetrievalIntent.RETRIEVAL_INTENT_EXPORT
                ? AuditAction.SECRET_RETRIEVED_EXPORT
                : AuditAction.SECRET_RETRIEVED_LOCAL_USE;
        List<Integer> places = find(asked.getSelectorsList());
        long bytes = places.stream()
                .mapToLong(place -> account.secrets.get(place).stored().getSerializedSize())
                .sum();
        if (bytes > MAX_SECRET_BYTES) {
            throw new Refused(FailureCode.FAILURE_CODE_TOO_LARGE);
        }
        SecretsRetrieved.Builder answer = SecretsRetrieved.newBuilder();
        for (int place : places) {
            HeldSecret held = account.secrets.get(place);
            account.noteSecret(action, session.id, held.stored().getKeyId(), null);
            account.secrets.set(place, held.retrieved(account.log().lastTimeOf(action)));
            answer.addSecrets(steps.secret(held.stored(), account.stored()));
        }
        return answer.setAudit(head(request)).build();
    }

    private SecretsListed list(Request request) throws Refused {
        ListSecrets asked = request.getListSecrets();
        SecretsListed.Builder answer = SecretsListed.newBuilder().setAudit(head(request));
        if (asked.getOnlyCount() > 0) {
            for (int place : find(asked.getOnlyList())) {
                answer.addSecrets(account.secrets.get(place).listed());
            }
            return answer.build();
        }
        List<HeldSecret> rest = account.secrets.stream()
                .filter(held -> Long.compareUnsigned(held.createdN(), asked.getAfter()) > 0)
                .toList();
        List<HeldSecret> page = rest.subList(0, Math.min(asked.getLimit(), rest.size()));
        page.forEach(held -> answer.addSecrets(held.listed()));
        return answer.setNext(
                        page.size() < rest.size() ? page.get(page.size() - 1).createdN() : 0)
                .build();
    }

    private List<Integer> find(List<SecretSelector> selectors) throws Refused {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < selectors.size(); i++) {
            try {
                places.add(account.required(selectors.get(i)));
            } catch (Refused e) {
                throw e.ofItem(i);
            }
        }
        return places;
    }

    private AuditHead head(Request request) {
        return account.log().head(request.getKnownAuditN());
    }
}
