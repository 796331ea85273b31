package dev.latchkey.server.store;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.ReplayWindow;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Open sessions. Kept without durable writes; gone after a restart. Expiry is by the database's clock. */
public interface Sessions {
    /**
     * Opens it; beyond {@code atMost} sessions of the same user the one idle longest is closed. If it is a registration's, and
     * as many of those are open as there may be registrations pending, the one that ends first is.
     */
    void open(NewSession session, int atMost);

    /** Whether it is open and neither idle for too long nor past its lifetime. */
    boolean isOpen(SessionId id);

    /** Empty if unknown, closed, idle for too long or past its lifetime. The caller closes what it gets. */
    Optional<OpenSession> find(SessionId id);

    /**
     * Compare-and-set of the replay window; also marks the session as used now.
     *
     * @return false if the window is not {@code expected} any more or the session is gone; nothing changed then
     */
    boolean advance(SessionId id, ReplayWindow expected, ReplayWindow next);

    /** Ends it, with the change of password it may have begun; false if it was not open. */
    boolean close(SessionId id);

    /** Ends it like {@link #close(SessionId)}, if it is one that {@link #listOf} gives for this user; false if not. */
    boolean close(UserId user, SessionId id);

    /** Notes the device that a session is used from. */
    void setDevice(SessionId id, DeviceId device);

    /** The open ones that the user has logged in for, the oldest first; registrations, which anybody can begin, are none. */
    List<Listed> listOf(UserId user);

    /** Ends all of them, with the changes of password they may have begun. */
    void closeAllOf(UserId user);

    /**
     * Ends some of everybody's, at most {@code atMost} of those opened up to {@code unixMillis}, like {@link #close(SessionId)}.
     */
    Ended endOpenedUntil(long unixMillis, int atMost);

    /**
     * What was ended.
     *
     * @param all whatever had a row; fewer than asked for if there are no more
     * @param loggedIn those of them that {@link #listOf} would have given
     */
    record Ended(int all, int loggedIn) {}

    /** What a verified KE3 opens. */
    final class NewSession {
        private final SessionId id;
        private final UserId user;
        private final int kind;
        private final long credentialVersion;
        private final SecretBytes secrets;
        private final Duration idle;
        private final Duration lifetime;
        private final Optional<DeviceId> device;

        public NewSession(
                SessionId id,
                UserId user,
                int kind,
                long credentialVersion,
                SecretBytes secrets,
                Duration idle,
                Duration lifetime) {
            this(id, user, kind, credentialVersion, secrets, idle, lifetime, Optional.empty());
        }

        private NewSession(
                SessionId id,
                UserId user,
                int kind,
                long credentialVersion,
                SecretBytes secrets,
                Duration idle,
                Duration lifetime,
                Optional<DeviceId> device) {
            this.id = id;
            this.user = user;
            this.kind = kind;
            this.credentialVersion = credentialVersion;
            this.secrets = secrets;
            this.idle = idle;
            this.lifetime = lifetime;
            this.device = device;
        }

        /** The same session, opened from this device. */
        public NewSession from(Optional<DeviceId> known) {
            return new NewSession(id, user, kind, credentialVersion, secrets, idle, lifetime, known);
        }

        public SessionId id() {
            return id;
        }

        public UserId user() {
            return user;
        }

        /** 1 registration, 2 request, 3 account. */
        public int kind() {
            return kind;
        }

        /** Of the account at the handshake; 0 in a registration session. */
        public long credentialVersion() {
            return credentialVersion;
        }

        /** Channel keys and, in a registration session, the pending record; copied, stays the caller's. */
        public SecretBytes secrets() {
            return secrets;
        }

        public Duration idle() {
            return idle;
        }

        public Duration lifetime() {
            return lifetime;
        }

        /** The device whose ticket was shown, if any. */
        public Optional<DeviceId> device() {
            return device;
        }
    }

    /**
     * One line of a list.
     *
     * @param kind 2 request, 3 account
     * @param openedMillis when it was opened
     * @param lastUsedMillis when its last request came
     * @param device the device it is used from, if the account knew it
     */
    record Listed(SessionId id, int kind, long openedMillis, long lastUsedMillis, Optional<DeviceId> device) {}

    /** An open session as stored. Owned by who asked for it. */
    final class OpenSession implements AutoCloseable {
        private final SessionId id;
        private final UserId user;
        private final int kind;
        private final long credentialVersion;
        private final SecretBytes secrets;
        private final ReplayWindow window;

        public OpenSession(
                SessionId id, UserId user, int kind, long credentialVersion, SecretBytes secrets, ReplayWindow window) {
            this.id = id;
            this.user = user;
            this.kind = kind;
            this.credentialVersion = credentialVersion;
            this.secrets = secrets;
            this.window = window;
        }

        public SessionId id() {
            return id;
        }

        public UserId user() {
            return user;
        }

        /** 1 registration, 2 request, 3 account. */
        public int kind() {
            return kind;
        }

        /** Of the account at the handshake; 0 in a registration session. */
        public long credentialVersion() {
            return credentialVersion;
        }

        public SecretBytes secrets() {
            return secrets;
        }

        public ReplayWindow window() {
            return window;
        }

        @Override
        public void close() {
            secrets.close();
        }
    }
}
