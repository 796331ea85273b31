package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.NewSecret;
import dev.latchkey.client.RetrievalIntent;
import dev.latchkey.client.RetrievedSecret;
import dev.latchkey.client.SecretSummary;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.BackupReader;
import dev.latchkey.protocol.Descriptor;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.Origin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Brings the secrets of a backup into an account, a batch at a time, without touching what is there. */
final class Restoration {

    private static final int BATCH = 64;
    /** Well below what one message holds, with what is added to each secret. */
    private static final int BATCH_BYTES = 512 * 1024;

    private final KeySession session;
    private final Map<Label, KeyId> there = new HashMap<>();
    private final List<Copy> batch = new ArrayList<>();
    private final List<String> different = new ArrayList<>();
    private int batchBytes;
    private int stored;
    private int same;
    private int serverGenerated;

    Restoration(KeySession session) {
        this.session = session;
    }

    void run(BackupFile backup) throws KeyClientException, CommandFailure {
        for (SecretSummary secret : session.listAll()) {
            there.put(secret.descriptor().label(), secret.keyId());
        }
        try {
            backup.<KeyClientException>each(this::take);
            flush();
        } finally {
            forget();
        }
    }

    private void take(BackupReader.Entry entry) throws KeyClientException {
        int bytes = entry.secret().length();
        if (batch.size() == BATCH || batchBytes + bytes > BATCH_BYTES) {
            flush();
        }
        batch.add(new Copy(entry.descriptor(), entry.secret().copy()));
        batchBytes += bytes;
    }

    private void flush() throws KeyClientException {
        try {
            List<Copy> here = batch.stream()
                    .filter(copy -> there.containsKey(copy.descriptor.label()))
                    .toList();
            if (!here.isEmpty()) {
                compare(here);
            }
            List<Copy> missing = batch.stream()
                    .filter(copy -> !there.containsKey(copy.descriptor.label()))
                    .toList();
            if (!missing.isEmpty()) {
                session.store(missing.stream().map(Copy::asNew).toList());
                stored += missing.size();
                serverGenerated +=
                        (int) missing.stream().filter(Copy::isServerGenerated).count();
            }
        } finally {
            forget();
        }
    }

    private void compare(List<Copy> copies) throws KeyClientException {
        List<KeyId> ids =
                copies.stream().map(copy -> there.get(copy.descriptor.label())).toList();
        List<RetrievedSecret> found = session.retrieve(ids, RetrievalIntent.LOCAL_USE);
        try {
            for (int i = 0; i < copies.size(); i++) {
                if (found.get(i).secret().constantTimeEquals(copies.get(i).secret)) {
                    same++;
                } else {
                    different.add(copies.get(i).descriptor.label().value());
                }
            }
        } finally {
            found.forEach(RetrievedSecret::close);
        }
    }

    private void forget() {
        batch.forEach(copy -> copy.secret.close());
        batch.clear();
        batchBytes = 0;
    }

    /** @throws CommandFailure {@code LABEL_EXISTS} if some labels stand for something else in the account */
    void requireNothingLeft() throws CommandFailure {
        if (!different.isEmpty()) {
            throw new CommandFailure(
                    FailureCode.LABEL_EXISTS,
                    InWords.amount(different.size(), "label stands", "labels stand")
                            + " for another secret in the account: \"" + String.join("\", \"", different) + "\".",
                    "What is in the account was left as it is; " + inWords() + ".",
                    "Give what is there another label with latchkey rename, and run this again for the rest.");
        }
    }

    /** "Stored 3 secrets (2 were there already)". */
    String inWords() {
        String text = "Stored " + InWords.amount(stored, "secret", "secrets");
        return same == 0 ? text : text + " (" + same + (same == 1 ? " was" : " were") + " there already)";
    }

    /** What the owner should know of what was stored. */
    Optional<String> remark() {
        if (stored == 0) {
            return Optional.empty();
        }
        return Optional.of(
                serverGenerated == 0
                        ? "They have new key ids. Delete the backup, or keep it apart from its code."
                        : "What a server generated (" + InWords.amount(serverGenerated, "secret", "secrets")
                                + ") is stored as imported now; the server that made it may know it still.");
    }

    void addTo(JsonObject data) {
        data.addProperty("stored", stored);
        data.addProperty("same", same);
        data.addProperty("server_generated", serverGenerated);
    }

    /** A secret of the batch, which is wiped with it. */
    private static final class Copy {

        private final Descriptor descriptor;
        private final SecretBytes secret;

        Copy(Descriptor descriptor, SecretBytes secret) {
            this.descriptor = descriptor;
            this.secret = secret;
        }

        boolean isServerGenerated() {
            return descriptor.origin() == Origin.SERVER_GENERATED;
        }

        NewSecret asNew() {
            Origin origin = isServerGenerated() ? Origin.IMPORTED_KEY : descriptor.origin();
            return NewSecret.of(
                    new Descriptor(origin, descriptor.typeCode(), descriptor.createdUnixMs(), descriptor.label()),
                    secret);
        }
    }
}
