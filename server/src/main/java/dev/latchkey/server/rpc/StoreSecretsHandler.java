package dev.latchkey.server.rpc;

import com.google.protobuf.ByteString;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.SecretEnvelope;
import dev.latchkey.protocol.SecretObject;
import dev.latchkey.protocol.wire.AllocateKeyIds;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.GenerateSecret;
import dev.latchkey.protocol.wire.KeyIdsAllocated;
import dev.latchkey.protocol.wire.NewSecret;
import dev.latchkey.protocol.wire.SecretGenerated;
import dev.latchkey.protocol.wire.SecretsStored;
import dev.latchkey.protocol.wire.StoreSecrets;
import dev.latchkey.server.store.Secrets.Outcome;
import dev.latchkey.server.store.Secrets.SealedSecret;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.Transaction;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How secrets come to be: key ids first, then what is stored under them. Several items are stored all or not at all. */
final class StoreSecretsHandler {
    static final int MAX_SECRETS = 10_000;
    static final int MAX_UNUSED_KEY_IDS = 256;
    static final Duration KEY_ID_LIFETIME = Duration.ofHours(1);

    private final Store store;
    private final SecureRandom random;

    StoreSecretsHandler(Store store, SecureRandom random) {
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
        List<SealedSecret> secrets = new ArrayList<>();
        for (NewSecret secret : request.getSecretsList()) {
            int item = secrets.size();
            secrets.add(new SealedSecret(
                    KeyId.of(secret.getKeyId().toByteArray()),
                    secret.getLabelTag().toByteArray(),
                    SealedForms.require(secret.getSealedDescriptor(), item),
                    SealedForms.require(secret.getSealedSecret(), item)));
        }
        return context.transact(store, tx -> {
            for (int item = 0; item < secrets.size(); item++) {
                storeOne(tx, context, AuditAction.SECRET_STORED, secrets.get(item), item);
            }
            return SecretsStored.newBuilder().setAudit(context.audit(tx)).build();
        });
    }

    /**
     * Draws a secret and keeps it as one that the server knows. A repeat finds the one drawn before: its client knows
     * neither.
     */
    SecretGenerated generate(CallContext context, GenerateSecret request) throws Refused, StoreUnavailableException {
        byte[] descriptor = SealedForms.require(request.getSealedDescriptor(), 0);
        byte[] framed;
        try (SecretBytes drawn = SecretBytes.random(request.getLength(), random)) {
            framed = SecretEnvelope.frameServerGenerated(drawn);
        }
        try {
            SealedSecret secret = new SealedSecret(
                    KeyId.of(request.getKeyId().toByteArray()),
                    request.getLabelTag().toByteArray(),
                    descriptor,
                    framed);
            return context.transact(store, tx -> {
                if (!isRepeat(tx, context, secret)) {
                    storeOne(tx, context, AuditAction.SECRET_GENERATED_AT_SERVER, secret, 0);
                }
                return SecretGenerated.newBuilder().setAudit(context.audit(tx)).build();
            });
        } finally {
            Arrays.fill(framed, (byte) 0);
        }
    }

    /** Whether everything but the drawn bytes is there already. */
    private static boolean isRepeat(Transaction tx, CallContext context, SealedSecret secret) {
        Optional<SealedSecret> there = tx.secrets().byKeyId(context.user(), secret.keyId());
        return there.isPresent()
                && MessageDigest.isEqual(there.get().labelTag(), secret.labelTag())
                && MessageDigest.isEqual(there.get().descriptor(), secret.descriptor())
                && there.get().secret().length == secret.secret().length
                && there.get().secret()[0] == secret.secret()[0];
    }

    private static void storeOne(Transaction tx, CallContext context, AuditAction action, SealedSecret secret, int item)
            throws OperationFailure {
        long entry = tx.audit().head(context.user()).n() + 1;
        Outcome outcome = tx.secrets().store(context.user(), secret, entry, MAX_SECRETS);
        switch (outcome) {
            case ALREADY_STORED -> {}
            case LABEL_EXISTS -> throw new OperationFailure(FailureCode.FAILURE_CODE_LABEL_EXISTS, item);
            case CONFLICT -> throw new OperationFailure(FailureCode.FAILURE_CODE_CONFLICT, item);
            case KEY_ID_UNKNOWN -> throw new OperationFailure(FailureCode.FAILURE_CODE_KEY_ID_UNKNOWN, item);
            case LIMIT_REACHED -> throw new OperationFailure(FailureCode.FAILURE_CODE_LIMIT_REACHED, item);
            case STORED ->
                SecretEvents.append(
                        tx,
                        context,
                        action,
                        secret.keyId(),
                        SecretObject.hash(secret.labelTag(), secret.descriptor(), Hashes.sha3_256(secret.secret())));
        }
    }
}
