package dev.latchkey.client;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.Descriptor;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.Origin;
import dev.latchkey.protocol.SecretEnvelope;
import dev.latchkey.protocol.SecretType;
import dev.latchkey.protocol.SessionId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An open session of one account: stores, retrieves, lists and changes its secrets, and reads its log.
 *
 * <p>Safe for use by several threads, whose requests run side by side. A session is not bound to a connection: it goes on
 * over the next one. Whoever logged in closes it; every method but {@link #facts()}, {@link #history()} and {@link
 * #close()} throws {@link IllegalStateException} after that.
 */
public final class KeySession implements AutoCloseable {

    /** The longest secret. */
    public static final int MAX_SECRET_BYTES = SecretEnvelope.MAX_SECRET_BYTES;

    /** The most secrets an account holds. */
    public static final int MAX_SECRETS = 10_000;

    /** The longest page of a list. */
    public static final int MAX_PAGE = 500;

    /** The most secrets that are stored, or retrieved, at once. */
    public static final int MAX_AT_ONCE = SecretReader.MAX_SELECTED;

    /** The longest page of the log. */
    public static final int MAX_AUDIT_PAGE = 1000;

    private final LoggedIn login;
    private final ClientSettings settings;
    private final SecretWriter writer;
    private final SecretReader reader;
    private final AuditReader auditReader;
    private final DeviceDesk devices;
    private final SessionDesk sessions;
    private final AtomicBoolean closed = new AtomicBoolean();

    KeySession(LoggedIn login, ClientSettings settings) {
        this.login = login;
        this.settings = settings;
        this.writer = new SecretWriter(login, settings);
        this.reader = new SecretReader(login);
        this.auditReader = new AuditReader(login.logged());
        this.devices = new DeviceDesk(login, settings);
        this.sessions = new SessionDesk(login);
    }

    /** Has this device known to the account, if it remembers anything. */
    void enrol() throws KeyClientException {
        devices.enrol();
    }

    /** What the server said when the session opened. */
    public OpenedSession facts() {
        return login.facts();
    }

    /** What the account's log could be held against when the session opened. */
    public History history() {
        return login.known().memory().history();
    }

    /** Stores {@code secret} as a key that was brought along; see {@link #store(Label, SecretBytes, SecretType, Origin)}. */
    public KeyId store(Label label, SecretBytes secret, SecretType type) throws KeyClientException {
        return store(label, secret, type, Origin.IMPORTED_KEY);
    }

    /**
     * Encrypts a secret on this device and stores it under a new key id.
     *
     * @param label unique in the account; the server never learns it
     * @param secret 1–65,535 bytes, still the caller's
     * @param origin where the secret comes from; not from the server
     * @return the new key id
     * @throws KeyClientException {@code LABEL_EXISTS} or {@code LIMIT_REACHED}, with nothing stored; {@code UNREACHABLE} when
     *     the answer was lost: retrieving the label tells what became of it
     */
    public KeyId store(Label label, SecretBytes secret, SecretType type, Origin origin) throws KeyClientException {
        return store(List.of(new NewSecret(
                        label, secret, type, origin, settings.clock().instant())))
                .get(0);
    }

    /**
     * Encrypts secrets on this device and stores them under new key ids: all of them or none.
     *
     * @param secrets 1–{@value #MAX_AT_ONCE}, with different labels; the secrets in them are still the caller's
     * @return the new key ids, in the order of {@code secrets}
     * @throws KeyClientException like {@link #store(Label, SecretBytes, SecretType, Origin)}; {@code LIMIT_REACHED} also if
     *     together they are larger than one message
     */
    public List<KeyId> store(List<NewSecret> secrets) throws KeyClientException {
        requireOpen();
        requireAtOnce(secrets.size());
        return List.copyOf(writer.store(secrets));
    }

    /**
     * Draws a secret on this device and stores it, encrypted, under a new key id.
     *
     * @param bytes how long it is, 1–65,535
     * @throws KeyClientException like {@link #store(Label, SecretBytes, SecretType, Origin)}
     */
    public KeyId generate(Label label, SecretType type, int bytes) throws KeyClientException {
        requireOpen();
        requireSize(bytes);
        try (SecretBytes secret = SecretBytes.random(bytes, settings.random())) {
            return store(label, secret, type, Origin.CLIENT_GENERATED);
        }
    }

    /**
     * Has the server draw a secret and keep it under a new key id. <em>The server knows such a secret</em>, and nothing
     * protects it from being exchanged there.
     *
     * @param bytes how long it is, 1–65,535
     * @throws KeyClientException like {@link #store(Label, SecretBytes, SecretType, Origin)}
     */
    public KeyId generateAtServer(Label label, SecretType type, int bytes) throws KeyClientException {
        requireOpen();
        requireSize(bytes);
        return writer.generateAtServer(
                new Descriptor(Origin.SERVER_GENERATED, type, settings.clock().millis(), label), bytes);
    }

    /**
     * Puts another secret in the place of one that was seen: it keeps key id, label, type and time of creation.
     *
     * @param expected as it was last seen
     * @param secret 1–65,535 bytes, still the caller's
     * @param origin where the new secret comes from; not from the server
     * @return as it is now
     * @throws KeyClientException {@code CONFLICT}, with nothing changed, if it is not in that state any more, or if the
     *     server generated it; {@code NOT_FOUND}
     */
    public SecretSummary replace(SecretSummary expected, SecretBytes secret, Origin origin) throws KeyClientException {
        requireOpen();
        NewSecret.requireSealable(origin, secret);
        return writer.replace(expected, secret, origin);
    }

    /**
     * Gives a secret that was seen another label.
     *
     * @param expected as it was last seen
     * @return as it is now
     * @throws KeyClientException with nothing changed: {@code LABEL_EXISTS}, {@code NOT_FOUND}, or {@code CONFLICT} if it is
     *     not in that state any more
     */
    public SecretSummary rename(SecretSummary expected, Label label) throws KeyClientException {
        requireOpen();
        return writer.rename(expected, label);
    }

    /**
     * Deletes a secret that was seen.
     *
     * @param expected as it was last seen
     * @throws KeyClientException with nothing changed: {@code NOT_FOUND}, or {@code CONFLICT} if it is not in that state any
     *     more
     */
    public void delete(SecretSummary expected) throws KeyClientException {
        requireOpen();
        writer.delete(expected);
    }

    /**
     * Brings back the secret of a label.
     *
     * @param intent what it is for, which the account's log keeps
     * @return the secret, which the caller closes
     * @throws KeyClientException {@code NOT_FOUND}, or {@code INTEGRITY} if the server returns anything but what was stored
     *     last
     */
    public RetrievedSecret retrieve(Label label, RetrievalIntent intent) throws KeyClientException {
        requireOpen();
        return reader.retrieve(label, intent);
    }

    /** Brings back the secret of a key id; otherwise like {@link #retrieve(Label, RetrievalIntent)}. */
    public RetrievedSecret retrieve(KeyId keyId, RetrievalIntent intent) throws KeyClientException {
        requireOpen();
        return reader.retrieve(List.of(keyId), intent).get(0);
    }

    /**
     * Brings back several secrets, all of them or none, in as few answers as hold them.
     *
     * @param keyIds 1–{@value #MAX_AT_ONCE}, each once
     * @return in the order of {@code keyIds}; the caller closes each
     * @throws KeyClientException like {@link #retrieve(Label, RetrievalIntent)}
     */
    public List<RetrievedSecret> retrieve(List<KeyId> keyIds, RetrievalIntent intent) throws KeyClientException {
        requireOpen();
        requireAtOnce(keyIds.size());
        return reader.retrieve(keyIds, intent);
    }

    /**
     * What is said of the secret with this label; the secret itself stays at the server, and no retrieval is logged.
     *
     * @throws KeyClientException {@code NOT_FOUND}, or {@code INTEGRITY} if the server tells anything but what was stored last
     */
    public SecretSummary find(Label label) throws KeyClientException {
        requireOpen();
        return reader.find(label);
    }

    /** What is said of the secret with this key id; otherwise like {@link #find(Label)}. */
    public SecretSummary find(KeyId keyId) throws KeyClientException {
        requireOpen();
        return reader.find(List.of(keyId)).get(0);
    }

    /**
     * What is said of those of these secrets that exist now.
     *
     * @param keyIds any number; repeated ones count once
     * @return in the order of {@code keyIds}
     * @throws KeyClientException {@code INTEGRITY} if the server tells anything but what was stored last
     */
    public List<SecretSummary> find(Collection<KeyId> keyIds) throws KeyClientException {
        requireOpen();
        return reader.findExisting(keyIds);
    }

    /**
     * One page of the account's secrets, oldest first.
     *
     * <p>It is exactly what the account's log has from there on; what changes between two pages, another device changed.
     *
     * @param after the {@code next} of the page before, or 0
     * @param limit 1–{@value #MAX_PAGE}
     */
    public SecretsPage list(long after, int limit) throws KeyClientException {
        requireOpen();
        if (after < 0 || limit < 1 || limit > MAX_PAGE) {
            throw new IllegalArgumentException("a page starts at 0 or later and has 1 to 500 lines");
        }
        return reader.list(after, limit);
    }

    /**
     * All of the account's secrets, oldest first, read page by page.
     *
     * @return at most {@value #MAX_SECRETS}
     * @throws KeyClientException {@code INTEGRITY} if the server lists anything but what the account's log has
     */
    public List<SecretSummary> listAll() throws KeyClientException {
        List<SecretSummary> all = new ArrayList<>();
        OptionalLong next = OptionalLong.of(0);
        // Every page that leads on holds what the log has, so that the pages of a lying server come to an end.
        while (next.isPresent()) {
            SecretsPage page = list(next.getAsLong(), MAX_PAGE);
            all.addAll(page.secrets());
            next = page.next();
        }
        return List.copyOf(all);
    }

    /**
     * One page of the account's log, newest first, verified against its head.
     *
     * @param before the {@code next} of the page before, or {@link Long#MAX_VALUE} to begin with the newest entry
     * @param limit 1–{@value #MAX_AUDIT_PAGE}
     * @throws KeyClientException {@code INTEGRITY} if an entry was left out, added or changed
     */
    public AuditPage audit(long before, int limit) throws KeyClientException {
        requireOpen();
        if (before < 1 || limit < 1 || limit > MAX_AUDIT_PAGE) {
            throw new IllegalArgumentException(
                    "a page of the log ends before entry 1 or later and has 1 to 1000 lines");
        }
        return auditReader.read(before, limit);
    }

    /**
     * The devices that the account knows, the oldest ticket first: those that logged in with a memory. Each has a guess budget
     * of its own, so that a stranger can't lock it out.
     *
     * @throws KeyClientException {@code INTEGRITY} if the server lists anything but what the account's log has
     */
    public List<DeviceSummary> devices() throws KeyClientException {
        requireOpen();
        return devices.list();
    }

    /**
     * Makes the ticket of a device void. What is open there stays open, and with the password it can log in again.
     *
     * @throws KeyClientException {@code NOT_FOUND} if the account knows no such device
     */
    public void revokeDevice(DeviceId device) throws KeyClientException {
        requireOpen();
        devices.revoke(device);
    }

    /**
     * Makes the tickets of all devices but this one void; without a memory, of all.
     *
     * @return how many those were
     */
    public int revokeOtherDevices() throws KeyClientException {
        requireOpen();
        return devices.revokeOthers();
    }

    /** The account's open sessions, the oldest first, this one among them. */
    public List<SessionSummary> sessions() throws KeyClientException {
        requireOpen();
        return sessions.list();
    }

    /**
     * Ends another session of the account.
     *
     * @param session not this one, which {@link #close()} ends
     * @throws KeyClientException {@code NOT_FOUND} if it is not open
     */
    public void closeSession(SessionId session) throws KeyClientException {
        requireOpen();
        sessions.close(session);
    }

    /**
     * Ends all sessions of the account but this one.
     *
     * @return how many those were
     */
    public int closeOtherSessions() throws KeyClientException {
        requireOpen();
        return sessions.closeOthers();
    }

    /** Wipes the session's keys after telling the server, if it can be told; closing again does nothing. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        login.close();
    }

    @Override
    public String toString() {
        return "KeySession[" + facts().userId() + ", REDACTED]";
    }

    private static void requireSize(int bytes) {
        if (bytes < 1 || bytes > MAX_SECRET_BYTES) {
            throw new IllegalArgumentException("a secret has 1 to 65535 bytes");
        }
    }

    private static void requireAtOnce(int count) {
        if (count < 1 || count > MAX_AT_ONCE) {
            throw new IllegalArgumentException("1 to 64 secrets are stored or retrieved at once");
        }
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("the session is closed");
        }
    }
}
