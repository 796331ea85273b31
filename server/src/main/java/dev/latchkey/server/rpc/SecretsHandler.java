package dev.latchkey.server.rpc;

import com.google.protobuf.ByteString;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditOutcome;
import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.SecretObject;
import dev.latchkey.protocol.wire.AllocateKeyIds;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.KeyIdsAllocated;
import dev.latchkey.protocol.wire.ListSecrets;
import dev.latchkey.protocol.wire.ListedSecret;
import dev.latchkey.protocol.wire.NewSecret;
import dev.latchkey.protocol.wire.RetrievalIntent;
import dev.latchkey.protocol.wire.RetrieveSecrets;
import dev.latchkey.protocol.wire.SecretSelector;
import dev.latchkey.protocol.wire.SecretsListed;
import dev.latchkey.protocol.wire.SecretsRetrieved;
import dev.latchkey.protocol.wire.SecretsStored;
import dev.latchkey.protocol.wire.StoreSecrets;
import dev.latchkey.protocol.wire.StoredSecret;
import dev.latchkey.server.store.AuditLog;
import dev.latchkey.server.store.Secrets.Listed;
import dev.latchkey.server.store.Secrets.Outcome;
import dev.latchkey.server.store.Secrets.SealedSecret;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.Transaction;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What an owner does with secrets the server can't read. Several items are done all or not at all. */
final class SecretsHandler {
    static final int MAX_SECRETS = 10_000;
    static final int MAX_UNUSED_KEY_IDS = 256;
    static final Duration KEY_ID_LIFETIME = Duration.ofHours(1);

    /** Left for what stands around the items in an answer: tags, lengths, the audit head. */
    private static final int ROOM = 4096;

    private final Store store;
    private final SecureRandom random;

    SecretsHandler(Store store, SecureRandom random) {
        this.store = store;
        this.random = random;
    }

    KeyIdsAllocated allocate(CallContext context, AllocateKeyIds request) throws Refused, StoreUnavailableException {
        KeyIdsAllocated.Builder answer = KeyIdsAllocated.newBuilder();
        List<KeyId> keyIds = new ArrayList<>();
        for (ByteString clientRandom : request.getClientRandomList()) {
            byte[] serverRandom = new byte[32];
            random.nextBytes(serverRandom);
            keyIds.add(KeyId.derive(context.user(), clientRandom.toByteArray(), serverRandom));
            answer.addServerRandom(ByteString.copyFrom(serverRandom));
        }
        return context.transact(store, tx -> {
            if (!tx.secrets().allocate(context.user(), keyIds, KEY_ID_LIFETIME, MAX_UNUSED_KEY_IDS)) {
                throw new OperationFailure(FailureCode.FAILURE_CODE_LIMIT_REACHED);
            }
            return answer.build();
        });
    }

    SecretsStored store(CallContext context, StoreSecrets request) throws Refused, StoreUnavailableException {
        AuditLog.Head head = context.transact(store, tx -> {
            AuditLog.Head current = tx.audit().head(context.user());
            for (int item = 0; item < request.getSecretsCount(); item++) {
                current = storeOne(tx, context, current, sealedSecret(request.getSecrets(item)), item);
            }
            return current;
        });
        return SecretsStored.newBuilder().setAudit(Wire.head(head)).build();
    }

    private static AuditLog.Head storeOne(
            Transaction tx, CallContext context, AuditLog.Head current, SealedSecret secret, int item)
            throws OperationFailure {
        Outcome outcome = tx.secrets().store(context.user(), secret, current.n() + 1, MAX_SECRETS);
        return switch (outcome) {
            case ALREADY_STORED -> current;
            case LABEL_EXISTS -> throw new OperationFailure(FailureCode.FAILURE_CODE_LABEL_EXISTS, item);
            case CONFLICT -> throw new OperationFailure(FailureCode.FAILURE_CODE_CONFLICT, item);
            case KEY_ID_UNKNOWN -> throw new OperationFailure(FailureCode.FAILURE_CODE_KEY_ID_UNKNOWN, item);
            case LIMIT_REACHED -> throw new OperationFailure(FailureCode.FAILURE_CODE_LIMIT_REACHED, item);
            case STORED ->
                tx.audit()
                        .append(
                                context.user(),
                                Events.of(tx.nowMillis(), AuditAction.SECRET_STORED, AuditOutcome.DONE)
                                        .key(secret.keyId())
                                        .session(context.session())
                                        .object(SecretObject.hash(
                                                secret.labelTag(),
                                                secret.descriptor(),
                                                Hashes.sha3_256(secret.secret())))
                                        .event());
        };
    }

    SecretsRetrieved retrieve(CallContext context, RetrieveSecrets request) throws Refused, StoreUnavailableException {
        AuditAction action = request.getIntent() == RetrievalIntent.RETRIEVAL_INTENT_EXPORT
                ? AuditAction.SECRET_RETRIEVED_EXPORT
                : AuditAction.SECRET_RETRIEVED_LOCAL_USE;
        return context.transact(store, tx -> {
            SecretsRetrieved.Builder answer = SecretsRetrieved.newBuilder();
            AuditLog.Head head = tx.audit().head(context.user());
            int size = 0;
            for (int item = 0; item < request.getSelectorsCount(); item++) {
                SealedSecret secret = find(tx, context, request.getSelectors(item), item);
                size += secret.secret().length + secret.descriptor().length;
                if (size > SessionLimits.MAX_MESSAGE_BYTES - ROOM) {
                    throw new OperationFailure(FailureCode.FAILURE_CODE_TOO_LARGE, item);
                }
                tx.secrets().markRetrieved(context.user(), secret.keyId());
                head = tx.audit()
                        .append(
                                context.user(),
                                Events.of(tx.nowMillis(), action, AuditOutcome.DONE)
                                        .key(secret.keyId())
                                        .session(context.session())
                                        .event());
                answer.addSecrets(storedSecret(secret));
            }
            return answer.setAudit(Wire.head(head)).build();
        });
    }

    private static SealedSecret find(Transaction tx, CallContext context, SecretSelector selector, int item)
            throws OperationFailure {
        Optional<SealedSecret> found = switch (selector.getByCase()) {
            case KEY_ID ->
                tx.secrets()
                        .byKeyId(context.user(), KeyId.of(selector.getKeyId().toByteArray()));
            case LABEL_TAG ->
                tx.secrets().byLabelTag(context.user(), selector.getLabelTag().toByteArray());
            case BY_NOT_SET -> Optional.empty();
        };
        return found.orElseThrow(() -> new OperationFailure(FailureCode.FAILURE_CODE_NOT_FOUND, item));
    }

    SecretsListed list(CallContext context, ListSecrets request) throws Refused, StoreUnavailableException {
        return context.transact(store, tx -> {
            int limit = request.getLimit();
            List<Listed> page = tx.secrets().page(context.user(), request.getAfter(), limit);
            SecretsListed.Builder answer =
                    SecretsListed.newBuilder().setAudit(Wire.head(tx.audit().head(context.user())));
            for (Listed secret : page) {
                answer.addSecrets(listedSecret(secret));
            }
            if (page.size() == limit) {
                answer.setNext(page.get(limit - 1).createdN());
            }
            return answer.build();
        });
    }

    private static SealedSecret sealedSecret(NewSecret secret) {
        return new SealedSecret(
                KeyId.of(secret.getKeyId().toByteArray()),
                secret.getLabelTag().toByteArray(),
                secret.getSealedDescriptor().toByteArray(),
                secret.getSealedSecret().toByteArray());
    }

    private static StoredSecret storedSecret(SealedSecret secret) {
        return StoredSecret.newBuilder()
                .setKeyId(ByteString.copyFrom(secret.keyId().toByteArray()))
                .setLabelTag(ByteString.copyFrom(secret.labelTag()))
                .setSealedDescriptor(ByteString.copyFrom(secret.descriptor()))
                .setSealedSecret(ByteString.copyFrom(secret.secret()))
                .build();
    }

    private static ListedSecret listedSecret(Listed secret) {
        return ListedSecret.newBuilder()
                .setKeyId(ByteString.copyFrom(secret.keyId().toByteArray()))
                .setLabelTag(ByteString.copyFrom(secret.labelTag()))
                .setSealedDescriptor(ByteString.copyFrom(secret.descriptor()))
                .setSecretHash(ByteString.copyFrom(secret.secretHash()))
                .setLastRetrievedUnixMs(secret.lastRetrievedMillis())
                .build();
    }
}
