package dev.latchkey.e2e;

import dev.latchkey.client.AuditPage;
import dev.latchkey.client.AuditRecord;
import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.RetrievalIntent;
import dev.latchkey.client.RetrievedSecret;
import dev.latchkey.client.SecretSummary;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.InvalidInputException;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.Origin;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.SecretType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One owner who works through the client library, one step at a time, and remembers what it acknowledged. A step that fails
 * is kept as a failure somebody saw, and what it was about is in doubt from then on.
 */
final class OwnerOnDevice implements AutoCloseable {
    private static final String PHRASE = "seven quiet otters at dusk";
    private static final int MOST_BYTES = 2000;
    private static final int PAGE = 1000;
    private static final Set<AuditAction> CHANGES =
            Set.of(AuditAction.SECRET_STORED, AuditAction.SECRET_REPLACED, AuditAction.SECRET_DELETED);

    private final String name;
    private final KeyClient client;
    private final Random random;
    private final Acknowledgements acknowledged;
    private final Map<String, Stored> secrets = new TreeMap<>();
    private final Map<String, Integer> changes = new TreeMap<>();
    private final Set<String> inDoubt = new TreeSet<>();
    private final List<String> failures = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private KeySession session;
    private boolean registered;
    private int logins;
    private int labels;

    /** What lies under a label. */
    private record Stored(KeyId keyId, long seed) {
        /** Its bytes, by which it is known again. */
        byte[] bytes() {
            Random drawn = new Random(seed);
            byte[] bytes = new byte[1 + drawn.nextInt(MOST_BYTES)];
            drawn.nextBytes(bytes);
            return bytes;
        }
    }

    OwnerOnDevice(String name, KeyClient client, Random random, Acknowledgements acknowledged) {
        this.name = name;
        this.client = client;
        this.random = random;
        this.acknowledged = acknowledged;
    }

    /** Does one thing, whatever comes of it. */
    void step() throws InvalidInputException {
        String label = "";
        String what = "register";
        try {
            if (!registered) {
                register();
            } else if (session == null) {
                what = "log in";
                session = logIn(client);
                logins++;
            } else {
                int choice = secrets.isEmpty() ? 0 : random.nextInt(100);
                label = choice < 30 ? "secret " + labels++ : anyLabel();
                what = choice < 30 ? "store" : choice < 50 ? "replace" : choice < 65 ? "delete" : "read";
                act(what, label);
            }
            acknowledged.one();
        } catch (KeyClientException e) {
            failures.add(name + ": " + what + ": " + e.reason() + ", " + e.getMessage());
            if (Set.of("store", "replace", "delete").contains(what)) {
                inDoubt.add(label);
                secrets.remove(label);
            }
            if (what.equals("register") && e.reason() == Reason.NAME_TAKEN) {
                registered = true;
            }
            endSession();
        }
    }

    /** Logs out; the next step logs in again. */
    void endSession() {
        if (session != null) {
            session.close();
            session = null;
        }
    }

    /** What its person was told did not work. */
    List<String> failures() {
        return failures;
    }

    private String anyLabel() {
        return List.copyOf(secrets.keySet()).get(random.nextInt(secrets.size()));
    }

    private void register() throws KeyClientException, InvalidInputException {
        try (Password password = Password.of(PHRASE.toCharArray())) {
            client.register(AccountName.of(name), password);
            registered = true;
        }
    }

    private KeySession logIn(KeyClient device) throws KeyClientException, InvalidInputException {
        try (Password password = Password.of(PHRASE.toCharArray())) {
            return device.logIn(AccountName.of(name), password);
        }
    }

    private void act(String what, String label) throws KeyClientException, InvalidInputException {
        Stored stored = secrets.get(label);
        switch (what) {
            case "store" -> {
                long seed = random.nextLong();
                try (SecretBytes secret = SecretBytes.takeOwnership(new Stored(null, seed).bytes())) {
                    KeyId keyId = session.store(Label.of(label), secret, SecretType.OPAQUE_BYTES);
                    secrets.put(label, new Stored(keyId, seed));
                    noteChange(AuditAction.SECRET_STORED, keyId);
                }
            }
            case "replace" -> {
                Stored next = new Stored(stored.keyId(), random.nextLong());
                try (SecretBytes secret = SecretBytes.takeOwnership(next.bytes())) {
                    session.replace(session.find(Label.of(label)), secret, Origin.IMPORTED_KEY);
                    secrets.put(label, next);
                    noteChange(AuditAction.SECRET_REPLACED, next.keyId());
                }
            }
            case "delete" -> {
                session.delete(session.find(Label.of(label)));
                secrets.remove(label);
                noteChange(AuditAction.SECRET_DELETED, stored.keyId());
            }
            default -> {
                compare(session, label, stored);
                compareList(session);
            }
        }
    }

    private void noteChange(AuditAction action, KeyId keyId) {
        changes.merge(action + " " + keyId, 1, Integer::sum);
    }

    private void compare(KeySession reading, String label, Stored stored)
            throws KeyClientException, InvalidInputException {
        try (RetrievedSecret back = reading.retrieve(Label.of(label), RetrievalIntent.LOCAL_USE)) {
            if (!back.secret().constantTimeEquals(stored.bytes())) {
                lost.add(name + ": " + label + " came back as something else");
            }
        }
    }

    private void compareList(KeySession reading) throws KeyClientException {
        Set<String> listed = new TreeSet<>();
        for (SecretSummary secret : reading.listAll()) {
            listed.add(secret.descriptor().label().value());
        }
        listed.removeAll(inDoubt);
        if (!listed.equals(secrets.keySet())) {
            lost.add(name + ": the list is " + listed + " and not " + secrets.keySet());
        }
    }

    /** What was acknowledged and is not as it was. */
    List<String> lost() {
        return lost;
    }

    /** Reads everything back with another device. */
    void check(KeyClient device) throws InvalidInputException {
        if (!registered) {
            return;
        }
        try (KeySession reading = logIn(device)) {
            logins++;
            compareList(reading);
            for (Map.Entry<String, Stored> secret : secrets.entrySet()) {
                compare(reading, secret.getKey(), secret.getValue());
            }
            compareLog(reading);
        } catch (KeyClientException e) {
            lost.add(name + ": reading back: " + e.reason() + ", " + e.getMessage());
        }
    }

    /** Every change stands in the log once: none is missing, and what was sent twice was done once. */
    private void compareLog(KeySession reading) throws KeyClientException {
        Map<String, Integer> logged = new TreeMap<>();
        int registrations = 0;
        int opened = 0;
        long before = Long.MAX_VALUE;
        while (before > 0) {
            AuditPage page = reading.audit(before, PAGE);
            for (AuditRecord entry : page.records()) {
                AuditAction action = entry.action().orElseThrow();
                registrations += action == AuditAction.ACCOUNT_REGISTERED ? 1 : 0;
                opened += action == AuditAction.SESSION_OPENED ? 1 : 0;
                if (CHANGES.contains(action)) {
                    logged.merge(action + " " + entry.keyId().orElseThrow(), 1, Integer::sum);
                }
            }
            before = page.next().orElse(0);
        }
        if (registrations != 1 || opened < logins) {
            lost.add(name + ": " + registrations + " registrations and " + opened + " of " + logins
                    + " logins stand in the log");
        }
        if (inDoubt.isEmpty() && !logged.equals(changes)) {
            lost.add(name + ": the log holds " + logged + " and not " + changes);
        }
    }

    @Override
    public void close() {
        endSession();
    }
}
