package dev.latchkey.client.testserver;

import com.google.protobuf.ByteString;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.SecretEnvelope;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.wire.DeleteSecret;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.GenerateSecret;
import dev.latchkey.protocol.wire.NewSecret;
import dev.latchkey.protocol.wire.RenameSecret;
import dev.latchkey.protocol.wire.ReplaceSecret;
import dev.latchkey.protocol.wire.SecretSelector;
import dev.latchkey.protocol.wire.StoredSecret;
import java.security.SecureRandom;
import java.util.List;

/** What changes the secrets of one account, in one session: all of a request or none of it, each with its audit entry. */
final class SecretOperations {

    private final InMemoryAccount account;
    private final SessionId session;
    private final SecureRandom random;

    SecretOperations(InMemoryAccount account, SessionId session, SecureRandom random) {
        this.account = account;
        this.session = session;
        this.random = random;
    }

    void store(List<NewSecret> added) throws Refused {
        InMemoryAccount trial = account.copy();
        for (int i = 0; i < added.size(); i++) {
            try {
                new SecretOperations(trial, session, random).store(added.get(i));
            } catch (Refused e) {
                throw e.ofItem(i);
            }
        }
        for (NewSecret secret : added) {
            store(secret);
        }
    }

    private void store(NewSecret added) throws Refused {
        requireSealed(added.getSealedDescriptor());
        requireSealed(added.getSealedSecret());
        StoredSecret stored = StoredSecret.newBuilder()
                .setKeyId(added.getKeyId())
                .setLabelTag(added.getLabelTag())
                .setSealedDescriptor(added.getSealedDescriptor())
                .setSealedSecret(added.getSealedSecret())
                .build();
        create(stored, AuditAction.SECRET_STORED);
    }

    void generate(GenerateSecret request) throws Refused {
        requireSealed(request.getSealedDescriptor());
        StoredSecret.Builder stored = StoredSecret.newBuilder()
                .setKeyId(request.getKeyId())
                .setLabelTag(request.getLabelTag())
                .setSealedDescriptor(request.getSealedDescriptor());
        int place = account.find(request.getKeyId());
        if (place >= 0) {
            ByteString there = account.secrets.get(place).stored().getSealedSecret();
            if (there.size() == 1 + request.getLength()) {
                stored.setSealedSecret(there);
            }
        } else {
            try (SecretBytes drawn = SecretBytes.random(request.getLength(), random)) {
                stored.setSealedSecret(ByteString.copyFrom(SecretEnvelope.frameServerGenerated(drawn)));
            }
        }
        create(stored.build(), AuditAction.SECRET_GENERATED_AT_SERVER);
    }

    private void create(StoredSecret stored, AuditAction action) throws Refused {
        int place = account.find(stored.getKeyId());
        if (place >= 0 && account.secrets.get(place).stored().equals(stored)) {
            return;
        }
        if (place >= 0 || account.tombstones.contains(stored.getKeyId())) {
            throw new Refused(FailureCode.FAILURE_CODE_CONFLICT);
        }
        requireFree(stored.getLabelTag(), stored.getKeyId());
        if (!account.allocated.remove(stored.getKeyId())) {
            throw new Refused(FailureCode.FAILURE_CODE_KEY_ID_UNKNOWN);
        }
        HeldSecret held = new HeldSecret(stored, account.log().n() + 1, 0);
        account.noteSecret(action, session, stored.getKeyId(), held.object());
        account.secrets.add(held);
    }

    void replace(ReplaceSecret request) throws Refused {
        requireSealed(request.getSealedDescriptor());
        requireSealed(request.getSealedSecret());
        int place = required(request.getKeyId());
        HeldSecret held = account.secrets.get(place);
        HeldSecret replaced = held.with(held.stored().toBuilder()
                .setSealedDescriptor(request.getSealedDescriptor())
                .setSealedSecret(request.getSealedSecret())
                .build());
        if (replaced.object().equals(held.object())) {
            return;
        }
        requireExpected(request.getExpectedObject(), held);
        if (!SecretEnvelope.looksSealed(held.stored().getSealedSecret().toByteArray())) {
            throw new Refused(FailureCode.FAILURE_CODE_CONFLICT);
        }
        account.secrets.set(place, replaced);
        account.noteSecret(AuditAction.SECRET_REPLACED, session, request.getKeyId(), replaced.object());
    }

    void rename(RenameSecret request) throws Refused {
        requireSealed(request.getSealedDescriptor());
        int place = required(request.getKeyId());
        HeldSecret held = account.secrets.get(place);
        HeldSecret renamed = held.with(held.stored().toBuilder()
                .setLabelTag(request.getLabelTag())
                .setSealedDescriptor(request.getSealedDescriptor())
                .build());
        if (renamed.object().equals(held.object())) {
            return;
        }
        requireExpected(request.getExpectedObject(), held);
        requireFree(request.getLabelTag(), request.getKeyId());
        account.secrets.set(place, renamed);
        account.noteSecret(AuditAction.SECRET_RENAMED, session, request.getKeyId(), renamed.object());
    }

    void delete(DeleteSecret request) throws Refused {
        if (account.tombstones.contains(request.getKeyId())) {
            return;
        }
        int place = required(request.getKeyId());
        requireExpected(request.getExpectedObject(), account.secrets.get(place));
        account.secrets.remove(place);
        account.tombstones.add(request.getKeyId());
        account.noteSecret(AuditAction.SECRET_DELETED, session, request.getKeyId(), null);
    }

    private int required(ByteString keyId) throws Refused {
        return account.required(SecretSelector.newBuilder().setKeyId(keyId).build());
    }

    private void requireFree(ByteString labelTag, ByteString keyId) throws Refused {
        if (account.isTaken(labelTag, keyId)) {
            throw new Refused(FailureCode.FAILURE_CODE_LABEL_EXISTS);
        }
    }

    private static void requireExpected(ByteString expected, HeldSecret held) throws Refused {
        if (!held.object().equals(expected)) {
            throw new Refused(FailureCode.FAILURE_CODE_CONFLICT);
        }
    }

    private static void requireSealed(ByteString sealed) throws Refused {
        if (!SecretEnvelope.looksSealed(sealed.toByteArray())) {
            throw new Refused(FailureCode.FAILURE_CODE_MALFORMED);
        }
    }
}
