package dev.latchkey.client;

import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.DeviceName;
import dev.latchkey.protocol.KsfPolicy;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.wire.SessionKind;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The only way in for an application: registers accounts at one key server and logs in to them.
 *
 * <p>Safe for use by several threads; every call blocks. Holds one connection, made when it is first needed, and no secret.
 * Whoever built it closes it, after its sessions.
 */
public final class KeyClient implements AutoCloseable {

    private final Transport transport;
    private final Logins logins;
    private final RegistrationFlow registrations;
    private final PasswordChangeFlow passwordChanges;
    private final DeletionFlow deletions;
    private final ClientSettings settings;

    private KeyClient(Transport transport, ClientSettings settings) {
        this.transport = transport;
        this.logins = new Logins(transport, settings);
        this.registrations = new RegistrationFlow(transport, settings, logins);
        this.passwordChanges = new PasswordChangeFlow(transport, settings, logins);
        this.deletions = new DeletionFlow(transport, settings, logins);
        this.settings = settings;
    }

    /** Starts the description of a client for the server at {@code address}. */
    public static Builder builder(ServerAddress address) {
        return new Builder(Objects.requireNonNull(address, "address"));
    }

    /**
     * Makes an account: afterwards its storage key lies at the server, encrypted under the password.
     *
     * <p>When the server's last answer is lost, a login with the same password finds out what became of the account.
     *
     * @param password still the caller's to close
     * @throws KeyClientException {@code NAME_TAKEN}, {@code WEAK_SERVER_PARAMETERS}, {@code UNREACHABLE} and others; the
     *     message says whether the account was made
     */
    public Registration register(AccountName name, Password password) throws KeyClientException {
        return registrations.register(name, password);
    }

    /**
     * Opens a session, whose storage key has then been retrieved and proven to open.
     *
     * @param password still the caller's to close
     * @return the session, which the caller closes
     * @throws KeyClientException {@code WRONG_PASSWORD}, {@code LOCKED_OUT} or {@code THROTTLED} with the time to wait,
     *     {@code INTEGRITY} and others; with a memory also {@code SERVER_CHANGED}, {@code ROLLED_BACK},
     *     {@code MEMORY_UNUSABLE} and {@code MEMORY_UNWRITABLE}
     */
    public KeySession logIn(AccountName name, Password password) throws KeyClientException {
        KeySession session = new KeySession(logins.logIn(SessionKind.SESSION_KIND_REQUEST, name, password), settings);
        try {
            session.enrol();
            return session;
        } catch (KeyClientException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /**
     * Changes the password of an account, after a login of its own with the current one. All other sessions end.
     *
     * <p>The storage key stays and is encrypted under the new password. When the server's last answer is lost, logins with
     * the new password, then with the current one, find out which of them works.
     *
     * @param current still the caller's to close, like {@code next}
     * @throws KeyClientException as {@link #logIn} does, {@code WEAK_SERVER_PARAMETERS} and others; the message says which
     *     password works
     */
    public PasswordChange changePassword(AccountName name, Password current, Password next) throws KeyClientException {
        return passwordChanges.change(name, current, next);
    }

    /**
     * Deletes an account with everything in it, after a login of its own, and forgets it on this device. The name is free
     * again.
     *
     * @param password still the caller's to close
     * @throws KeyClientException as {@link #logIn} does, {@code UNREACHABLE} and others; the message says whether the
     *     account is still there
     */
    public void deleteAccount(AccountName name, Password password) throws KeyClientException {
        deletions.delete(name, password);
    }

    /** Drops the connection; sessions that are still open then end without the server being told. */
    @Override
    public void close() {
        transport.close();
    }

    /** Describes a client; what is not said has a safe default. */
    public static final class Builder {

        private static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(10);
        private static final Duration MAX_DEADLINE = Duration.ofHours(1);

        private final ServerAddress address;
        private Path trusted;
        private KsfParameters ksfFloor = KsfPolicy.REGISTRATION_FLOOR;
        private SecureRandom random;
        private Clock clock = Clock.systemUTC();
        private Duration deadline = DEFAULT_DEADLINE;
        private Consumer<Step> progress = step -> {};
        private Path memory;
        private boolean acceptChange;
        private DeviceName deviceName;
        private Pause pause = Pause.SLEEP;

        private Builder(ServerAddress address) {
            this.address = address;
        }

        /** Trusts the authorities of this PEM file and no others, instead of those the Java platform trusts. */
        public Builder trust(Path pemFile) {
            this.trusted = Objects.requireNonNull(pemFile, "pemFile");
            return this;
        }

        /**
         * The least memory and iterations a password is registered with; {@link KsfPolicy#REGISTRATION_FLOOR} unless told
         * otherwise. A lower floor makes a stolen record cheaper to guess.
         */
        public Builder ksfFloor(KsfParameters floor) {
            this.ksfFloor = Objects.requireNonNull(floor, "floor");
            return this;
        }

        /** Where keys, nonces and identifiers come from; a {@code new SecureRandom()} unless told otherwise. */
        public Builder random(SecureRandom random) {
            this.random = Objects.requireNonNull(random, "random");
            return this;
        }

        /** Tells when a secret was created; the system's clock unless told otherwise. */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * How long one exchange with the server may take, retries included; 10 seconds unless told otherwise. Reading what is
         * missing of an account's log may take sixty times as long.
         */
        public Builder deadline(Duration deadline) {
            if (deadline.isNegative() || deadline.isZero() || deadline.compareTo(MAX_DEADLINE) > 0) {
                throw new IllegalArgumentException("a deadline is more than nothing and at most an hour");
            }
            this.deadline = deadline;
            return this;
        }

        /** Is told every step before it starts, on the calling thread. */
        public Builder progress(Consumer<Step> progress) {
            this.progress = Objects.requireNonNull(progress, "progress");
            return this;
        }

        /**
         * Remembers in this folder what was seen of each account, so that a server can't bring back an older state unnoticed.
         *
         * <p>One small file an account, readable by its owner only; it holds no secret. Beside it lies the ticket by which
         * the server knows this device again, so that a stranger's wrong passwords can't lock its owner out. Without a folder
         * nothing is remembered, and a session shows only whether the server agrees with itself.
         */
        public Builder memory(Path folder) {
            this.memory = Objects.requireNonNull(folder, "folder");
            return this;
        }

        /**
         * Whether to take the server as it shows itself now although the memory says otherwise: another authority, another
         * key, another or an older log, or a memory that can't be read. The memory is then begun anew.
         */
        public Builder acceptChange(boolean accept) {
            this.acceptChange = accept;
            return this;
        }

        /**
         * What the owner calls this device, as {@link KeySession#devices()} shows it on all of them; the name of the host
         * unless told otherwise. The server never learns it.
         */
        public Builder deviceName(DeviceName name) {
            this.deviceName = Objects.requireNonNull(name, "name");
            return this;
        }

        Builder pause(Pause pause) {
            this.pause = pause;
            return this;
        }

        private Memories memories() {
            DeviceName name = deviceName != null || memory == null ? deviceName : HostName.asDeviceName();
            return new Memories(memory, address, acceptChange, name);
        }

        /**
         * Makes the client; nothing is sent yet.
         *
         * @throws KeyClientException {@code UNTRUSTED_SERVER} if the file given to {@link #trust} can't be used
         */
        public KeyClient build() throws KeyClientException {
            SecureRandom source = random != null ? random : new SecureRandom();
            Trust trust = trusted != null ? Trust.ofFile(trusted) : Trust.ofSystem();
            Transport transport =
                    new Transport(address, trust, deadline, new Transport.Retry(new Backoff(source), pause));
            return new KeyClient(transport, new ClientSettings(source, clock, ksfFloor, progress, memories()));
        }
    }
}
