package dev.latchkey.server.rpc;

import com.google.protobuf.ByteString;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.ListSecrets;
import dev.latchkey.protocol.wire.ListedSecret;
import dev.latchkey.protocol.wire.RetrievalIntent;
import dev.latchkey.protocol.wire.RetrieveSecrets;
import dev.latchkey.protocol.wire.SecretSelector;
import dev.latchkey.protocol.wire.SecretsListed;
import dev.latchkey.protocol.wire.SecretsRetrieved;
import dev.latchkey.protocol.wire.StoredSecret;
import dev.latchkey.server.store.Secrets.Listed;
import dev.latchkey.server.store.Secrets.SealedSecret;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives owners back what they stored. Handing a secret out leaves an entry in the log; listing leaves none. */
final class ReadSecretsHandler {
    /** Left for what stands around the items in an answer: tags, lengths, the audit head with its entries. */
    private static final int ROOM = 12 * 1024;

    private final Store store;

    ReadSecretsHandler(Store store) {
        this.store = store;
    }

    SecretsRetrieved retrieve(CallContext context, RetrieveSecrets request) throws Refused, StoreUnavailableException {
        AuditAction action = request.getIntent() == RetrievalIntent.RETRIEVAL_INTENT_EXPORT
                ? AuditAction.SECRET_RETRIEVED_EXPORT
                : AuditAction.SECRET_RETRIEVED_LOCAL_USE;
        return context.transact(store, tx -> {
            SecretsRetrieved.Builder answer = SecretsRetrieved.newBuilder();
            int size = 0;
            for (int item = 0; item < request.getSelectorsCount(); item++) {
                SealedSecret secret = find(tx, context, request.getSelectors(item), item);
                size += secret.secret().length + secret.descriptor().length;
                if (size > SessionLimits.MAX_MESSAGE_BYTES - ROOM) {
                    throw new OperationFailure(FailureCode.FAILURE_CODE_TOO_LARGE, item);
                }
                tx.secrets().markRetrieved(context.user(), secret.keyId());
                SecretEvents.append(tx, context, action, secret.keyId());
                answer.addSecrets(storedSecret(secret));
            }
            return answer.setAudit(context.audit(tx)).build();
        });
    }

    private static SealedSecret find(Transaction tx, CallContext context, SecretSelector selector, int item)
            throws OperationFailure {
        Optional<SealedSecret> found = switch (selector.getByCase()) {
            case KEY_ID -> tx.secrets().byKeyId(context.user(), keyId(selector));
            case LABEL_TAG ->
                tx.secrets().byLabelTag(context.user(), selector.getLabelTag().toByteArray());
            case BY_NOT_SET -> Optional.empty();
        };
        return found.orElseThrow(() -> new OperationFailure(FailureCode.FAILURE_CODE_NOT_FOUND, item));
    }

    SecretsListed list(CallContext context, ListSecrets request) throws Refused, StoreUnavailableException {
        return context.view(store, tx -> {
            SecretsListed.Builder answer =
                    request.getOnlyCount() == 0 ? page(tx, context, request) : selected(tx, context, request);
            return answer.setAudit(context.audit(tx)).build();
        });
    }

    private static SecretsListed.Builder page(Transaction tx, CallContext context, ListSecrets request) {
        int limit = request.getLimit();
        // One more than is asked for tells whether there is a next page.
        List<Listed> found = tx.secrets().page(context.user(), request.getAfter(), limit + 1);
        if (found.size() <= limit) {
            return listed(found);
        }
        return listed(found.subList(0, limit)).setNext(found.get(limit - 1).createdN());
    }

    private static SecretsListed.Builder selected(Transaction tx, CallContext context, ListSecrets request)
            throws OperationFailure {
        List<Listed> selected = new ArrayList<>();
        for (SecretSelector selector : request.getOnlyList()) {
            int item = selected.size();
            Optional<Listed> found = switch (selector.getByCase()) {
                case KEY_ID -> tx.secrets().listed(context.user(), keyId(selector));
                case LABEL_TAG ->
                    tx.secrets().listed(context.user(), selector.getLabelTag().toByteArray());
                case BY_NOT_SET -> Optional.empty();
            };
            selected.add(found.orElseThrow(() -> new OperationFailure(FailureCode.FAILURE_CODE_NOT_FOUND, item)));
        }
        return listed(selected);
    }

    private static SecretsListed.Builder listed(List<Listed> secrets) {
        SecretsListed.Builder answer = SecretsListed.newBuilder();
        for (Listed secret : secrets) {
            answer.addSecrets(ListedSecret.newBuilder()
                    .setKeyId(ByteString.copyFrom(secret.keyId().toByteArray()))
                    .setLabelTag(ByteString.copyFrom(secret.labelTag()))
                    .setSealedDescriptor(ByteString.copyFrom(secret.descriptor()))
                    .setSecretHash(ByteString.copyFrom(secret.secretHash()))
                    .setLastRetrievedUnixMs(secret.lastRetrievedMillis()));
        }
        return answer;
    }

    private static StoredSecret storedSecret(SealedSecret secret) {
        return StoredSecret.newBuilder()
                .setKeyId(ByteString.copyFrom(secret.keyId().toByteArray()))
                .setLabelTag(ByteString.copyFrom(secret.labelTag()))
                .setSealedDescriptor(ByteString.copyFrom(secret.descriptor()))
                .setSealedSecret(ByteString.copyFrom(secret.secret()))
                .build();
    }

    private static KeyId keyId(SecretSelector selector) {
        return KeyId.of(selector.getKeyId().toByteArray());
    }
}
